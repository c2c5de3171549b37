// What an app of Leadkeep does, with openid-client.
import * as client from 'openid-client'

const scope = 'leads.read leads.write'

// A public app has no secret. Plain HTTP is for a server on this machine only.
export async function discover(clientId, clientSecret) {
  const server = new URL(process.env.LEADKEEP_URL)
  const execute = server.protocol === 'http:' ? [client.allowInsecureRequests] : []
  const authentication = clientSecret ? client.ClientSecretBasic(clientSecret) : client.None()
  return client.discovery(server, clientId, undefined, authentication, { algorithm: 'oauth2', execute })
}

// An API client acts for itself: when the token ends, do this again.
export async function forItself(config) {
  return client.clientCredentialsGrant(config, { scope })
}

// An OAuth app acts for a person: send them to `url`, and keep the rest until they are back.
export async function beginLogin(config, redirectUri) {
  const [verifier, state] = [client.randomPKCECodeVerifier(), client.randomState()]
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope,
    state,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  return { url, verifier, state }
}

// The person's tokens, once they are back at this address of the app. The library compares `state` and `iss`.
export async function finishLogin(config, { verifier, state }, address) {
  return client.authorizationCodeGrant(config, new URL(address), { pkceCodeVerifier: verifier, expectedState: state })
}

// A call to the API.
export async function call(config, tokens, path, method = 'GET', body) {
  const url = new URL(path, process.env.LEADKEEP_URL)
  const headers = new Headers({ 'Content-Type': 'application/json' })
  return client.fetchProtectedResource(config, tokens.access_token, url, method, body && JSON.stringify(body), headers)
}

// New tokens for those that have ended: keep them, as the old ones are used up.
export async function refresh(config, tokens) {
  return client.refreshTokenGrant(config, tokens.refresh_token)
}

// What a token may do, and until when: for apps that have a secret.
export async function introspect(config, token) {
  return client.tokenIntrospection(config, token)
}

// A refresh token takes along all that the person's consent led to.
export async function revoke(config, token) {
  return client.tokenRevocation(config, token)
}
