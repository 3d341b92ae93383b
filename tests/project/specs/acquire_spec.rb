# frozen_string_literal: true

require_relative '../vcr_helper'

# Made from a run: the connector was run once more with its secrets replaced, against the recorded replies.
# Neither this file nor its tape holds a secret.
RSpec.describe 'connection/acquire' do
  subject(:output) { connector.connection.authorization.acquire(settings) }

  let(:connector) { Workato::Connector::Sdk::Connector.from_file('connector.rb', settings) }
  let(:settings) do
    {
      'client_secret' => 'scrubbed-client_secret',
      'access_token' => 'scrubbed-access_token',
      'region' => 'eu'
    }
  end

  around do |example|
    same_uri = lambda do |*requests|
      requests.map { |one| URI(one.uri) }
              .map { |uri| [uri.host, uri.port, uri.path, URI.decode_www_form(uri.query.to_s).sort] }
              .uniq.one?
    end
    VCR.use_cassette(
      'connection/acquire',
      record: :none, serialize_with: :yaml, allow_unused_http_interactions: false,
      match_requests_on: [:method, same_uri, :body]
    ) { example.run }
  end

  it 'gives what was recorded' do
    expect(output).to eq({ 'access_token' => 'scrubbed-access_token-2' })
  end
end
