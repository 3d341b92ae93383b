curl -X POST 'https://api.acme.example/v2/contacts?limit=5&api_key=•••' \
  -H 'User-Agent: ConnectionDesigner/0' \
  --compressed \
  -H 'Accept-Encoding: gzip, deflate' \
  -H 'Accept: application/json' \
  -H 'Content-Type: application/json' \
  -H 'Authorization: Basic •••' \
  -H 'X-Note: it'"'"'s $5' \
  -H 'X-Empty;' \
  --data-raw '{"name":"O'"'"'Brien","tags":[1,null],"client_secret":"•••","password":"•••"}'
