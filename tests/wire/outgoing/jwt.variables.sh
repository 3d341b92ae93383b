# Set before running: API_KEY, AUTHORIZATION, SESSION_TOKEN
# AUTHORIZATION: a token signed for this request and kept in no setting: “as sent” has it
# SESSION_TOKEN: made or fetched on the way and kept in no setting: “as sent” has it
curl -X GET https://api.acme.example/ \
  --http1.1 \
  -H 'Authorization: Bearer '"$AUTHORIZATION" \
  -H 'X-Ticket: v1:'"$SESSION_TOKEN" \
  -H 'X-Key: '"$API_KEY" \
  -H Accept: \
  -H User-Agent:
