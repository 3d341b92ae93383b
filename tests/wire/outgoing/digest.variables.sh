# Set before running: PASSWORD
# An answer to a challenge holds once: curl asks for its own, and answers with the password
curl -X GET https://api.acme.example/ \
  --http1.1 \
  --digest -u grace:"$PASSWORD" \
  -H Accept: \
  -H User-Agent:
