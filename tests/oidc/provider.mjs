// A real OpenID provider (npm: oidc-provider) for the journeys. Reads its configuration, JSON, from the file named on the
// command line: {port, redirect, jwks, client, secret, algorithm}. Whoever comes is logged in as POST /control {"account",
// "acr", ...} last said; a POST with {"refuse": true} makes the person say no.
import fs from 'node:fs';
import http from 'node:http';

import Provider from 'oidc-provider';

const settings = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const issuer = `http://127.0.0.1:${settings.port}`;
const person = { account: 'person-1', acr: undefined, refuse: false, claims: {} };

const provider = new Provider(issuer, {
  jwks: settings.jwks,
  clients: [{
    client_id: settings.client,
    client_secret: settings.secret,
    redirect_uris: [settings.redirect],
    post_logout_redirect_uris: [new URL('/', settings.redirect).href],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    id_token_signed_response_alg: settings.algorithm,
    token_endpoint_auth_method: settings.method ?? 'client_secret_basic',
  }],
  clientBasedCORS: () => false,
  conformIdTokenClaims: false,
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email'] },
  acrValues: ['low', 'substantial', 'high'],
  enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256'] },
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
  pkce: { methods: ['S256'], required: () => true },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  cookies: { keys: ['a key for these tests alone'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: `Name of ${id}`, preferred_username: id, email: `${id}@example.no`, ...person.claims }),
  }),
});
const answer = provider.callback();

async function interact(request, response) {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  let result;
  if (person.refuse) {
    result = { error: 'access_denied', error_description: 'the person said no' };
  } else if (prompt.name === 'login') {
    result = { login: { accountId: person.account, acr: person.acr } };
  } else {
    const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope('openid profile email');
    result = { consent: { grantId: await grant.save() } };
  }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

http.createServer((request, response) => {
  if (request.url === '/control') {
    let body = '';
    request.on('data', (piece) => { body += piece; });
    request.on('end', () => {
      Object.assign(person, { acr: undefined, refuse: false, claims: {} }, JSON.parse(body));
      response.writeHead(204).end();
    });
  } else if (request.url.startsWith('/interaction/')) {
    interact(request, response).catch((error) => response.writeHead(500).end(String(error)));
  } else {
    answer(request, response);
  }
}).listen(settings.port, '127.0.0.1', () => console.log(`ready ${issuer}`));
