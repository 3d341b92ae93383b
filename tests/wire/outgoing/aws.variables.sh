# Set before running: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, X_AMZ_SECURITY_TOKEN
# A signature holds for one moment: curl makes its own, with the keys (curl 7.75 or newer)
# X_AMZ_SECURITY_TOKEN: made or fetched on the way and kept in no setting: “as sent” has it
curl -X GET 'https://sts.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15' \
  --http1.1 \
  --aws-sigv4 aws:amz:us-east-1:sts \
  -u "$AWS_ACCESS_KEY_ID":"$AWS_SECRET_ACCESS_KEY" \
  -H 'User-Agent: ConnectionDesigner/0' \
  -H 'Accept: application/json' \
  -H 'X-Amz-Security-Token: '"$X_AMZ_SECURITY_TOKEN"
