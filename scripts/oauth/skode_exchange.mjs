// The exchange that Skode's documentation prints, but for the host and the values.
const [HOST, AUTH_CODE_HERE, your_client_id, your_client_secret] = process.argv.slice(2)

// Exchange authorization code for access token
const response = await fetch(`${HOST}/v1/oauth/token`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({
    grant_type: 'authorization_code',
    code: AUTH_CODE_HERE,
    client_id: your_client_id,
    client_secret: your_client_secret,
    redirect_uri: 'https://your-app.com/callback'
  })
});

console.log(JSON.stringify({ status: response.status, ...await response.json() }))
