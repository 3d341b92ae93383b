# Set before running: API_KEY_ENCODED, CLIENT_SECRET, PASSWORD
# As it stands in the request, percent-encoded or escaped: API_KEY_ENCODED
curl -X POST 'https://api.acme.example/v2/contacts?limit=5&api_key='"$API_KEY_ENCODED" \
  --http1.1 \
  -u grace:"$PASSWORD" \
  -H 'User-Agent: ConnectionDesigner/0' \
  --compressed \
  -H 'Accept-Encoding: gzip, deflate' \
  -H 'Accept: application/json' \
  -H 'Content-Type: application/json' \
  -H 'X-Note: it'"'"'s $5' \
  -H 'X-Empty;' \
  --data-raw '{"name":"O'"'"'Brien","tags":[1,null],"client_secret":"'"$CLIENT_SECRET"'","password":"'"$PASSWORD"'"}'
