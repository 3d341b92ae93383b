REM server.pem: the certificates that tls_server_certs names
REM client.pem: the certificate that tls_client_cert shows, and its intermediates
REM client.key: its key, which stands in the settings
curl.exe -X GET https://api.acme.example/me ^
  --http1.1 ^
  --cacert server.pem ^
  --cert client.pem ^
  --key client.key ^
  --pass ^"hush-hush phrase^" ^
  -H ^"Accept: */*^" ^
  -H User-Agent:
