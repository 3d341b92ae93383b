# Harbor CRM
#
# A customer database for shipping agents: companies, the people who work there, and what was said to them.
# Harbor CRM does not exist; the provider built into Connection Designer plays its API at /api/v1.
#
# Three ways to sign in, of which the user chooses one:
#   personal  the user's own API key (Harbor is retiring these in favour of OAuth; see README.md)
#   service   client credentials, for recipes that run on nobody's behalf
#   legacy    user name and password, for installations older than version 4
{
  title: 'Harbor CRM',

  connection: {
    fields: [
      {
        name: 'auth_type',
        label: 'Sign in with',
        control_type: 'select',
        options: [
          ['My own account', 'personal'],
          ['A service account', 'service'],
          ['User name and password', 'legacy']
        ],
        default: 'personal',
        optional: false,
        extends_schema: true
      },
      {
        name: 'host',
        label: 'Address of Harbor CRM',
        control_type: 'url',
        optional: false,
        hint: 'With the scheme and without a path, as in <b>https://acme.harbor.example</b>.'
      },
      {
        name: 'page_size',
        label: 'Records per page',
        control_type: 'integer',
        optional: true,
        default: '50',
        hint: 'How many records are asked for at a time, 100 at most.'
      },
      {
        # Harbor keeps one data set per country; most customers have only one.
        name: 'region',
        label: 'Region',
        control_type: 'select',
        pick_list: [
          %w[Everywhere all],
          %w[Northern\ Europe north],
          %w[Southern\ Europe south]
        ],
        default: 'all',
        optional: true,
        ngIf: 'input.auth_type != "legacy"'
      }
    ],

    authorization: {
      type: 'multi',

      # Connections made before there was a choice have no auth_type: they used an API key.
      selected: lambda do |connection|
        connection['auth_type'] || 'personal'
      end,

      options: {
        personal: {
          type: 'api_key',

          fields: [
            {
              name: 'api_key',
              label: 'API key',
              control_type: 'password',
              optional: false,
              hint: 'In Harbor CRM under <b>Profile</b> > <b>API keys</b>. ' \
                    'A key can do whatever its owner can do.'
            }
          ],

          apply: lambda do |connection|
            # The header is Harbor's own invention; the rest of the world would say Authorization.
            headers('X-Api-Key' => connection['api_key'])
          end
        },

        service: {
          type: 'custom_auth',

          fields: [
            {
              name: 'client_id',
              label: 'Client ID',
              optional: false,
              hint: 'In Harbor CRM under <b>Administration</b> > <b>Service accounts</b>.'
            },
            {
              name: 'client_secret',
              label: 'Client secret',
              control_type: 'password',
              optional: false,
              hint: 'Shown once, when the service account is made.'
            }
          ],

          # Tokens last ten minutes. There is nothing to renew them with: a new one is fetched instead.
          acquire: lambda do |connection|
            response = post("#{connection['host']}/oauth/token")
                       .payload(
                         grant_type: 'client_credentials',
                         client_id: connection['client_id'],
                         client_secret: connection['client_secret'],
                         scope: 'contacts.read contacts.write companies.read'
                       )
                       .request_format_www_form_urlencoded
            { access_token: response['access_token'] }
          end,

          refresh_on: [401],

          apply: lambda do |connection|
            headers('Authorization' => "Bearer #{connection['access_token']}")
          end
        },

        legacy: {
          type: 'basic_auth',

          fields: [
            { name: 'username', label: 'User name', optional: false },
            { name: 'password', label: 'Password', control_type: 'password', optional: false }
          ],

          credentials: lambda do |connection|
            user(connection['username'])
            password(connection['password'])
          end
        }
      }
    },

    # The slash at the end matters: paths below are written without one in front, so that /api/v1 stays.
    base_uri: lambda do |connection|
      "#{connection['host']}/api/v1/"
    end
  },

  # Cheap and allowed to everybody: who am I?
  test: lambda do |_connection|
    get('me')
  end,

  custom_action: true,

  custom_action_help: {
    learn_more_url: 'https://docs.harbor.example/api',
    learn_more_text: 'The API of Harbor CRM',
    body: '<p>Call any part of the API with the connection you have made.</p>'
  },

  object_definitions: {
    # What the API gives back for a person.
    contact: {
      fields: lambda do |_connection, _config_fields, _object_definitions|
        [
          { name: 'id', label: 'Contact ID', type: 'integer', control_type: 'integer' },
          { name: 'first_name', label: 'First name' },
          { name: 'last_name', label: 'Last name' },
          { name: 'email', label: 'E-mail', control_type: 'email' },
          { name: 'title', label: 'Job title' },
          { name: 'company_id', label: 'Company ID', type: 'integer', control_type: 'integer' },
          { name: 'created_at', label: 'Created at', type: 'date_time', control_type: 'date_time' }
        ]
      end
    },

    # What the API takes to make one: no ID yet, and two things it cannot do without.
    new_contact: {
      fields: lambda do |_connection, _config_fields, _object_definitions|
        [
          { name: 'first_name', label: 'First name', sticky: true },
          { name: 'last_name', label: 'Last name', optional: false },
          { name: 'email', label: 'E-mail', control_type: 'email', optional: false },
          { name: 'title', label: 'Job title' },
          {
            name: 'company_id',
            label: 'Company',
            type: 'integer',
            control_type: 'select',
            pick_list: 'companies',
            toggle_hint: 'Choose from a list',
            toggle_field: {
              name: 'company_id',
              label: 'Company ID',
              type: 'integer',
              control_type: 'integer',
              toggle_hint: 'Enter an ID',
              hint: 'The number at the end of the address of the company in Harbor CRM.'
            }
          }
        ]
      end
    },

    company: {
      fields: lambda do |_connection, _config_fields, _object_definitions|
        [
          { name: 'id', label: 'Company ID', type: 'integer', control_type: 'integer' },
          { name: 'name', label: 'Name' },
          { name: 'industry', label: 'Industry' },
          { name: 'city', label: 'City' }
        ]
      end
    },

    # Who the connection belongs to, as the API sees it.
    account: {
      fields: lambda do |_connection, _config_fields, _object_definitions|
        [
          { name: 'name', label: 'Name' },
          { name: 'authorization', label: 'Signed in with' },
          { name: 'email', label: 'E-mail', control_type: 'email' },
          { name: 'scope', label: 'Scope' }
        ]
      end
    }
  },

  actions: {
    get_account: {
      title: 'Get my account',
      subtitle: 'Who the connection belongs to',
      description: "Get <span class='provider'>my account</span> in " \
                   "<span class='provider'>Harbor CRM</span>",

      input_fields: lambda do |_object_definitions|
        []
      end,

      execute: lambda do |_connection, _input|
        get('me')
      end,

      output_fields: lambda do |object_definitions|
        object_definitions['account']
      end,

      sample_output: lambda do |_connection, _input|
        { name: 'Dana Demo', authorization: 'bearer', email: 'dana@harbor.example' }
      end
    },

    search_contacts: {
      title: 'Search contacts',
      subtitle: 'Find people by name or e-mail',
      description: "Search <span class='provider'>contacts</span> in " \
                   "<span class='provider'>Harbor CRM</span>",
      help: 'Finds the contacts whose name or e-mail address contains the text. ' \
            'Capital and small letters are the same.',

      input_fields: lambda do |_object_definitions|
        [
          {
            name: 'query',
            label: 'Text',
            optional: false,
            hint: 'Part of a name or of an e-mail address.'
          },
          {
            name: 'limit',
            label: 'At most',
            type: 'integer',
            control_type: 'integer',
            hint: 'Leave it empty for the page size of the connection.'
          }
        ]
      end,

      execute: lambda do |connection, input|
        limit = call('page_size', connection, input['limit'])
        response = get('contacts').
                   params(q: input['query'], limit: limit).
                   after_error_response(/.*/) do |_code, body, _headers, message|
                     call('explain', message, body)
                   end
        { contacts: response['contacts'], total: response['total'] }
      end,

      output_fields: lambda do |object_definitions|
        [
          {
            name: 'contacts',
            label: 'Contacts',
            type: 'array',
            of: 'object',
            properties: object_definitions['contact']
          },
          { name: 'total', label: 'Found in all', type: 'integer' }
        ]
      end,

      sample_output: lambda do |connection, _input|
        { contacts: [call('sample_contact', connection)], total: 1 }
      end
    },

    get_contact: {
      title: 'Get contact by ID',
      subtitle: 'All that is known of one person',
      description: "Get a <span class='provider'>contact</span> in " \
                   "<span class='provider'>Harbor CRM</span>",

      input_fields: lambda do |_object_definitions|
        [
          {
            name: 'id',
            label: 'Contact ID',
            type: 'integer',
            control_type: 'integer',
            optional: false
          }
        ]
      end,

      execute: lambda do |_connection, input|
        get("contacts/#{input['id']}").
          after_error_response(404) do |_code, _body, _headers, _message|
            error("There is no contact #{input['id']} in Harbor CRM.")
          end
      end,

      output_fields: lambda do |object_definitions|
        object_definitions['contact']
      end,

      sample_output: lambda do |connection, _input|
        call('sample_contact', connection)
      end
    },

    create_contact: {
      title: 'Create contact',
      subtitle: 'Add a person',
      description: "Create a <span class='provider'>contact</span> in " \
                   "<span class='provider'>Harbor CRM</span>",
      help: 'A service account needs the scope contacts.write for this.',

      input_fields: lambda do |object_definitions|
        object_definitions['new_contact']
      end,

      execute: lambda do |_connection, input|
        # Harbor refuses keys without a value; recipes send them for every field left empty.
        contact = call('without_blanks', input)
        post('contacts', contact).
          after_error_response(/.*/) do |_code, body, _headers, message|
            call('explain', message, body)
          end
      end,

      output_fields: lambda do |object_definitions|
        object_definitions['contact']
      end,

      sample_output: lambda do |connection, _input|
        call('sample_contact', connection)
      end
    },

    list_companies: {
      title: 'List companies',
      subtitle: 'Every company',
      description: "List <span class='provider'>companies</span> in " \
                   "<span class='provider'>Harbor CRM</span>",

      input_fields: lambda do |_object_definitions|
        [
          {
            name: 'industry',
            label: 'Industry',
            control_type: 'select',
            pick_list: 'industries',
            hint: 'Leave it empty for all of them.'
          }
        ]
      end,

      execute: lambda do |_connection, input|
        companies = get('companies')['companies'] || []
        industry = input['industry']
        companies = companies.select { |company| company['industry'] == industry } if industry.present?
        { companies: companies }
      end,

      output_fields: lambda do |object_definitions|
        [
          {
            name: 'companies',
            label: 'Companies',
            type: 'array',
            of: 'object',
            properties: object_definitions['company']
          }
        ]
      end,

      sample_output: lambda do |_connection, _input|
        { companies: [{ id: 1, name: 'Harbor Lights Ltd', industry: 'logistics', city: 'Rotterdam' }] }
      end
    }
  },

  triggers: {
    new_contact: {
      title: 'New contact',
      subtitle: 'When a person is added',
      description: "New <span class='provider'>contact</span> in " \
                   "<span class='provider'>Harbor CRM</span>",
      help: 'Checks for new contacts every few minutes. Harbor CRM lists contacts in the order ' \
            'in which they were added, so the trigger remembers how many it has seen.',

      input_fields: lambda do |_object_definitions|
        [
          {
            name: 'since',
            label: 'When first started, this recipe picks up contacts from',
            type: 'date_time',
            control_type: 'date_time',
            optional: true,
            sticky: true,
            hint: 'Leave it empty for one hour ago. Once the recipe has run this cannot be changed.'
          }
        ]
      end,

      poll: lambda do |connection, input, closure|
        closure ||= {}
        offset = closure['offset'] || 0
        since = (input['since'] || 1.hour.ago).to_time
        limit = call('page_size', connection, nil)

        response = get('contacts').params(offset: offset, limit: limit)
        contacts = response['contacts'] || []
        seen = offset + contacts.length

        {
          events: contacts.select { |contact| contact['created_at'].to_time >= since },
          next_poll: { offset: seen },
          can_poll_more: seen < response['total'].to_i
        }
      end,

      dedup: lambda do |contact|
        contact['id']
      end,

      output_fields: lambda do |object_definitions|
        object_definitions['contact']
      end,

      sample_output: lambda do |connection, _input|
        call('sample_contact', connection)
      end
    }
  },

  pick_lists: {
    # Looked up while a recipe is written, so the connection is there by then.
    companies: lambda do |_connection|
      (get('companies')['companies'] || []).map do |company|
        ["#{company['name']}, #{company['city']}", company['id']]
      end
    end,

    industries: lambda do |_connection|
      [
        %w[Energy energy],
        %w[Food food],
        %w[Instruments instruments],
        %w[Logistics logistics],
        %w[Optics optics]
      ]
    end
  },

  methods: {
    # The number of records to ask for: what the step says, else what the connection says, never more than allowed.
    page_size: lambda do |connection, wanted|
      size = (wanted.presence || connection['page_size'].presence || 50).to_i
      size = 100 if size > 100
      size
    end,

    without_blanks: lambda do |input|
      input.select { |_name, value| value.present? || value == false }
    end,

    # Harbor says which field is wrong; say so in the words of the form.
    explain: lambda do |message, body|
      details = parse_json(body)
      if details['field'].present?
        error("#{details['message']} (#{details['field'].to_s.gsub('_', ' ')})")
      else
        error("#{message}: #{details['message'] || body}")
      end
    end,

    sample_contact: lambda do |connection|
      {
        id: 1,
        first_name: 'Ingrid',
        last_name: 'Solberg',
        email: 'contact1@harbor.example',
        title: 'Head of Operations',
        company_id: 2,
        created_at: '2025-01-02T09:30:00Z',
        # Only in the sample, so that whoever writes the recipe sees which data set it came from.
        region: connection['region']
      }
    end
  }
}
