post('contacts').
  params(limit: '5').
  payload(name: 'O\'Brien', tags: [1, nil], client_secret: '•••', password: '•••').
  headers('X-Note' => 'it\'s $5', 'X-Empty' => '')
