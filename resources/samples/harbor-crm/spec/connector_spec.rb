# frozen_string_literal: true

# Runs against the provider built into Connection Designer:
#   connection-designer sandbox --port 8765
#   bundle exec rspec
RSpec.describe 'Harbor CRM' do
  let(:connector) { Workato::Connector::Sdk::Connector.from_file('connector.rb', settings) }

  %w[personal service legacy].each do |name|
    context "with the #{name} connection" do
      let(:settings) { Workato::Connector::Sdk::Settings.from_file('settings.yaml', name) }

      it 'knows who it is' do
        expect(connector.test(settings)).to include('name')
      end

      it 'finds contacts' do
        found = connector.actions.search_contacts.execute(settings, { 'query' => 'ingrid' })
        expect(found['contacts'].map { |contact| contact['last_name'] }).to eq ['Solberg']
      end
    end
  end
end
