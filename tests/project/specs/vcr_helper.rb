# frozen_string_literal: true

require 'vcr'
require 'webmock/rspec'
require 'workato-connector-sdk'

VCR.configure do |config|
  config.cassette_library_dir = 'tape_library'
  config.hook_into :webmock
end
