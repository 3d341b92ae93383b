post('contacts').
  params(limit: '5').
  payload(name: 'O\'Brien', tags: [1, nil], client_secret: 's3', password: 'pass word\'s').
  headers('X-Note' => 'it\'s $5', 'X-Empty' => '')
