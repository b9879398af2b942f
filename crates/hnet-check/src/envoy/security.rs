//! Who is let in: the words of a SecurityPolicy. Secrets are named, and never stand in a source.
//! (Envoy Gateway 1.9, `api/v1alpha1/securitypolicy_types.go`.)

use crate::told::table;
use crate::told::values::ORIGIN;

/// The methods of HTTP.
const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
/// Whether something is let in.
const ACTIONS: (&[&str], &[&str]) = (&["allow", "deny"], &["Allow", "Deny"]);

table! {
    /// Who is let in.
    SECURITY = "security-policy" () {
        /// People who log in by OpenID Connect.
        "oidc" "oidc" => Body(&OIDC);
        /// A service that is asked of each request.
        "ask" "extAuth" => Body(&ASK);
        /// Tokens that a request has.
        "jwt" "jwt" => Body(&JWT);
        /// The Secret of names and passwords, under the key `.htpasswd`.
        "passwords" "basicAuth.users.name" => One(Name);
        /// Keys that a request has.
        "api-keys" "apiKeyAuth" => Body(&API_KEYS);
        /// What pages of other origins may do.
        "cors" "cors" => Body(&CORS);
        /// Who may do what.
        "authorize" "authorization" => Body(&AUTHORIZE);
        /// Whether what a route has goes together with what its gateway has.
        "merge" "mergeType" => One(Words(&["strategic", "json"], &["StrategicMerge", "JSONMerge"])),
            default "it takes the place of it";
    }
}

table! {
    /// People who log in: `oidc https://id.example.com < client web; secret web-oidc; >`
    OIDC = "oidc" (
        /// Who knows them.
        "issuer" "provider.issuer" => One(Url), required true
    ) {
        /// What the issuer knows this by.
        "client" "clientID" => One(Text);
        /// The Secret that says it, under the key `client-id`.
        "client-from" "clientIDRef.name" => One(Name);
        /// The Secret that both share, under the key `client-secret`.
        "secret" "clientSecret.name" => One(Name), required true;
        /// What is asked for beside `openid`.
        "scopes" "scopes" => List(Text), default "openid";
        /// Where people come back to.
        "redirect" "redirectURL" => One(Text), default "/oauth2/callback of the page that was asked for";
        /// The path by which they leave.
        "logout" "logoutPath" => One(Text), default "/logout";
        /// Where they log in, where the issuer does not say it.
        "authorization" "provider.authorizationEndpoint" => One(Url), default "what the issuer says";
        /// Where tokens are got, where the issuer does not say it.
        "token" "provider.tokenEndpoint" => One(Url), default "what the issuer says";
        /// Whether tokens are renewed.
        "refresh" "refreshToken" => Flag, default "on";
        /// Whether services get the token.
        "forward-token" "forwardAccessToken" => Flag, default "off";
        /// The domain of the cookies.
        "cookie-domain" "cookieDomain" => One(Name), default "that of the page";
        /// The name of the cookie that holds the token.
        "access-cookie" "cookieNames.accessToken" => One(Text);
        /// The name of the cookie that says who it is.
        "id-cookie" "cookieNames.idToken" => One(Text);
    }
}

table! {
    /// A service that is asked of each request: `ask < service authelia/authelia:80; path /api/authz/ext-authz/; >`
    ASK = "ask" () {
        /// The service, which is asked by HTTP.
        "service" "http.backendRefs" => List(Service);
        /// The service, which is asked by gRPC.
        "grpc-service" "grpc.backendRefs" => List(Service);
        /// What stands before the path of the request.
        "path" "http.path" => One(Text);
        /// Headers of the answer that go on with the request.
        "headers-to-backend" "http.headersToBackend" => List(Text);
        /// Headers of the request that it gets.
        "headers" "headersToExtAuth" => List(Text);
        /// Whether requests pass while it does not answer.
        "fail-open" "failOpen" => Flag, default "off";
        /// How long it may take.
        "timeout" "timeout" => One(Duration);
        /// How much of a request's body it gets, in bytes.
        "body" "bodyToExtAuth.maxRequestBytes" => One(Number(1, 2_147_483_647));
    }
}

table! {
    /// Tokens that a request has: `jwt < provider access < issuer https://id.example.com; keys https://id.example.com/certs; > >`
    JWT = "jwt" () {
        /// Whether requests without a token pass.
        "optional" "optional" => Flag, default "off";
        /// Whose tokens.
        "provider" "providers" => Bodies(&PROVIDER), required true;
    }
}

table! {
    /// Whose tokens a request may have.
    PROVIDER = "provider" (
        /// What it is called.
        "name" "name" => One(Text), required true
    ) {
        /// Who signs them.
        "issuer" "issuer" => One(Text);
        /// Whom they are for.
        "audiences" "audiences" => List(Text);
        /// Where the keys are got that they are signed by.
        "keys" "remoteJWKS.uri" => One(Url);
        /// Headers that have one.
        "headers" "extractFrom.headers" => List(Keyed("name", &Text, &[])), default "Authorization";
        /// Cookies that have one.
        "cookies" "extractFrom.cookies" => List(Text);
        /// Parameters that have one.
        "parameters" "extractFrom.params" => List(Text);
        /// What services are told of it.
        "tell" "claimToHeaders" => Bodies(&TELL);
    }
}

table! {
    /// A claim of a token that services are told: `tell email as X-Email;`
    TELL = "tell" (
        /// The claim.
        "claim" "claim" => One(Text), required true
    ) {
        /// The header that says it.
        "as" "header" => One(Text), required true
    }
}

table! {
    /// Keys that a request has: `api-keys < secrets web-keys; from < headers x-api-key; > >`
    API_KEYS = "api-keys" () {
        /// The Secrets with the keys, each under the name of its client.
        "secrets" "credentialRefs" => List(Keyed("name", &Name, &[])), required true;
        /// Where a request has its key.
        "from" "extractFrom" => Bodies(&KEY_FROM), required true;
        /// Whether the key is taken from the request before it goes on.
        "hide" "sanitize" => Flag, default "off";
        /// The header that tells services whose key it was.
        "tell" "forwardClientIDHeader" => One(Text);
    }
}

table! {
    /// Where a request has its key, of one sort: `from headers x-api-key;`
    KEY_FROM = "from" () {
        /// In one of these headers.
        "headers" "headers" => List(Text);
        /// In one of these cookies.
        "cookies" "cookies" => List(Text);
        /// In one of these parameters.
        "parameters" "params" => List(Text);
    }
}

table! {
    /// What pages of other origins may do: `cors < origins https://web.example.com; >`
    CORS = "cors" () {
        /// The origins; `*` stands for any, or for a part of one.
        "origins" "allowOrigins" => List(Like(&ORIGIN));
        /// The methods that they may use.
        "methods" "allowMethods" => List(Text);
        /// The headers that they may send.
        "headers" "allowHeaders" => List(Text);
        /// The headers of answers that they may read.
        "expose" "exposeHeaders" => List(Text);
        /// How long a browser keeps this.
        "max-age" "maxAge" => One(Duration);
        /// Whether cookies go along.
        "credentials" "allowCredentials" => Flag, default "off";
    }
}

table! {
    /// Who may do what: `authorize < otherwise deny; rule allow < from 10.0.0.0/8; > >`
    AUTHORIZE = "authorize" () {
        /// What holds where no rule does.
        "otherwise" "defaultAction" => One(Words(ACTIONS.0, ACTIONS.1)), default "deny";
        /// A rule; the first that fits is taken.
        "rule" "rules" => Bodies(&RULE);
    }
}

table! {
    /// Who may do what: all that is said must fit.
    RULE = "rule" (
        /// Whether they may.
        "action" "action" => One(Words(ACTIONS.0, ACTIONS.1)), required true
    ) {
        /// What it is called.
        "name" "name" => One(Text);
        /// Addresses of clients.
        "from" "principal.clientCIDRs" => List(Prefix);
        /// Whose token a request has.
        "token-of" "principal.jwt.provider" => One(Text);
        /// What its token says.
        "claim" "principal.jwt.claims" => Bodies(&CLAIM);
        /// The scopes that its token has.
        "scopes" "principal.jwt.scopes" => List(Text);
        /// What its headers say.
        "header" "principal.headers" => Bodies(&HEADER);
        /// Its method.
        "methods" "operation.methods" => List(Words(METHODS, METHODS));
    }
}

table! {
    /// What a token says: `claim groups < is admins, ops; as list; >`
    CLAIM = "claim" (
        /// The claim.
        "name" "name" => One(Text), required true
    ) {
        /// The values, of which it has one.
        "is" "values" => List(Text), required true;
        /// Whether it is one value or a list of them.
        "as" "valueType" => One(Words(&["text", "list"], &["String", "StringArray"])), default "text";
    }
}

table! {
    /// What a header says: `header x-team is ops;`
    HEADER = "header" (
        /// The header.
        "name" "name" => One(Text), required true
    ) {
        /// The values, of which it has one.
        "is" "values" => List(Text), required true
    }
}
