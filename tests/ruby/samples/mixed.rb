# frozen_string_literal: true

require 'json'

DEFAULTS = { title: 'not this one' }.freeze

{
  title: "Süd'wind 🔑", # how it is listed
  'secure_tunnel' => false,

  connection: {
    fields: [
      # Made in the settings.
      # Never shown again.
      {
        name: 'api_key', label: 'API key', # two on a line
        control_type: "password",
        hint: 'Open <b>Settings</b>, then ' \
              "<b>API keys</b>; it\u2019s " \
              'the newest one',
        'optional' => false
      }, { name: 'region', optional: true,
           pick_list: [['EU', 'eu'], ['US', 'us']] },

      # { name: 'unused' },

      { :name => 'limits', :default => 1_000, type: 'integer', help: { title: %q(It's (mostly) plain), text: "" } },
      { name: "note", hint: <<~HINT.strip, toggle_hint: <<-'RAW' },
        Some text,
          over \u0032 lines
      HINT
        #{not} interpolated
        RAW
    ],

    authorization: {
      type: 'custom_auth',
      "acquire": ->(connection) { post('/token', key: connection['api_key']) },
      apply: lambda do |connection|
        headers(
          Authorization: "Bearer #{connection['token']}",
          'X-Names': %w[a b],
        )
      end,
      refresh_on: [401, 'expired', /to\/ken (in)?valid/i],
      detect_on: %w[error fault], options: {},
      **DEFAULTS
    },

    base_uri: lambda { |connection| "https://#{connection['region']}.example" }
  },
  methods: {},
  pick_lists: {
  }, test: ->(_) { get('me') }
}

__END__
{ title: 'nor this one' }
