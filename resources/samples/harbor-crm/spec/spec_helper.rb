# frozen_string_literal: true

require 'workato-connector-sdk'

RSpec.configure do |config|
  config.disable_monkey_patching!
  config.order = :random
end
