REM --cacert: curl trusts these alone, where the run also trusted the usual authorities
curl.exe -X GET https://api.acme.example/me ^
  --max-time 7.5 ^
  --http2 ^
  --proxy http://proxy.example:3128 ^
  --proxy-user ^"ada:•••^" ^
  --cacert ^"/home/ada/acme ca.pem^" ^
  --cert ^"/home/ada/a\:b.pem^" ^
  --key /home/ada/a:b.pem ^
  --pass ^"•••^" ^
  -H ^"Accept: */*^" ^
  -H User-Agent:
