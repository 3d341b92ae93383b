(
  umask 077
  d=$(mktemp -d) || exit; trap 'rm -r "$d"' EXIT
  printf %s 'SERVER
' > "$d/server.pem"
  printf %s 'CERTIFICATE
BETWEEN
' > "$d/client.pem"
  printf %s 'PRIVATE KEY
' > "$d/client.key"
  curl -X GET https://api.acme.example/me \
    --http1.1 \
    --cacert "$d/server.pem" \
    --cert "$d/client.pem" \
    --key "$d/client.key" \
    --pass 'hush-hush phrase' \
    -H 'Accept: */*' \
    -H User-Agent:
)
