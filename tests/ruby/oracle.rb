# Reads sources, one JSON string a line; answers, one a line, with what Ruby itself makes of them:
# {"value": …} in the designer's JSON for Ruby values, or {"error": class and message}.
require 'json'
require 'ripper'

def told(value)
  case value
  when Hash then value.to_h { |key, item| [key.to_s, told(item)] }
  when Array then value.map { |item| told(item) }
  when Symbol then { symbol: value.to_s }
  when Regexp
    { regex: value.source, flags: %w[i m x].zip([1, 4, 2]).select { |_, bit| value.options & bit > 0 }.map(&:first).join }
  when Proc then { lambda: value.parameters.map { |_, name| name.to_s } }
  when String, Integer, true, false, nil then value
  when Float then { float: value.to_s }
  else { other: value.class.name }
  end
end

$stdout.sync = true
$stdin.each_line do |line|
  source = JSON.parse(line, quirks_mode: true).dup.force_encoding('UTF-8')
  answer =
    begin
      raise SyntaxError, 'Ripper rejects it' if Ripper.sexp(source).nil?
      { value: told(eval(source, TOPLEVEL_BINDING.dup, 'connector.rb')) }
    rescue SyntaxError, StandardError => error
      { error: "#{error.class}: #{error.message.lines.first}" }
    end
  puts JSON.generate(answer)
end
