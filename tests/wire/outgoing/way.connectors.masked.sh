# server.pem: the certificates that tls_server_certs names
# client.pem: the certificate that tls_client_cert shows, and its intermediates
# client.key: its key, which stands in the settings
curl -X GET https://api.acme.example/me \
  --http1.1 \
  --cacert server.pem \
  --cert client.pem \
  --key client.key \
  --pass '•••' \
  -H 'Accept: */*' \
  -H User-Agent:
