// Holds the server against openid-client, as check_python.py does against Python's libraries.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client'
import * as app from './openid_client_app.mjs'

const [client, confidential, publicApp] = ['CLIENT', 'CONFIDENTIAL', 'PUBLIC'].map((name) => JSON.parse(process.env[name]))
const elsewhere = 'https://app.example/callback'
const person = (...args) => execFileSync(process.env.BROWSER, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
const discover = (of) => app.discover(of.client_id, of.client_secret)

// That a promise fails with this error, in an exception of the library's.
const refused = (error, promise, kind = ResponseBodyError) =>
  assert.rejects(promise, (exception) => {
    assert.ok(exception instanceof kind, exception)
    assert.equal(exception.error, error)
    return true
  })

// A call with a token that is not accepted is an error to the library.
const status = async (config, tokens) => {
  try {
    return (await app.call(config, tokens, '/v1/leads')).status
  } catch (exception) {
    return exception.status
  }
}

async function clientCredentials() {
  const config = await discover(client)
  const tokens = await app.forItself(config)
  assert.equal((await app.call(config, tokens, '/api/v1/leads')).status, 200)
  assert.equal((await app.introspect(config, tokens.access_token)).client_id, client.client_id)
  await app.revoke(config, tokens.access_token)
  assert.deepEqual(await app.introspect(config, tokens.access_token), { active: false })
  // To this library a 401 is its challenge.
  const wrong = app.forItself(await discover({ ...client, client_secret: 'wrong' }))
  await assert.rejects(wrong, { code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE', status: 401 })
  await refused('unauthorized_client', app.forItself(await discover(confidential)))
}

async function forAPerson(of, email) {
  const config = await discover(of)
  const login = await app.beginLogin(config, elsewhere)
  const first = await app.finishLogin(config, login, person('--show', login.url.href))
  const made = await app.call(config, first, '/v1/leads', 'POST', { email })
  assert.equal(made.status, 201)
  const second = await app.refresh(config, first)
  assert.notEqual(second.refresh_token, first.refresh_token)
  assert.equal(await status(config, second), 200)
  if (of.client_secret) assert.equal((await app.introspect(config, second.access_token)).active, true)
  await app.revoke(config, second.refresh_token)
  assert.deepEqual([await status(config, first), await status(config, second)], [401, 401])
  await refused('invalid_grant', app.refresh(config, second))
}

async function whatMustNotWork(of) {
  const config = await discover(of)
  let login = await app.beginLogin(config, elsewhere)
  await refused('access_denied', app.finishLogin(config, login, person('--deny', login.url.href)), AuthorizationResponseError)

  login = await app.beginLogin(config, 'https://evil.example/callback')
  assert.throws(() => person('--show', login.url.href), /NotAsked/)

  login = await app.beginLogin(config, elsewhere)
  const other = await app.beginLogin(config, elsewhere)
  const address = person('--show', login.url.href)
  await assert.rejects(app.finishLogin(config, other, address), ClientError)
  const evil = address.replace('iss=', 'iss=https%3A%2F%2Fevil.example%2F')
  await assert.rejects(app.finishLogin(config, login, evil), ClientError)
  await refused('invalid_grant', app.finishLogin(config, { ...login, verifier: other.verifier }, address))
  const tokens = await app.finishLogin(config, login, address)
  assert.equal(await status(config, tokens), 200)
  await refused('invalid_grant', app.finishLogin(config, login, address))
  assert.equal(await status(config, tokens), 401)
}

await clientCredentials()
for (const [number, of] of [confidential, publicApp].entries()) {
  await forAPerson(of, `openid-client${number}@acme.com`)
  await whatMustNotWork(of)
}
