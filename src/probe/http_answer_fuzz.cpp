// What is kept of an HTTP answer must say the same to a check as what was sent, without the secrets of the
// moment. The input is a whole response; each of its values also goes through the blanking of cookies,
// policies and challenges, and its body through the decompressor.
#include <algorithm>
#include <cstdlib>

#include "probe/http_fetch.h"
#include "wire/http/cookie.h"
#include "wire/http/csp.h"
#include "wire/http/headers.h"

namespace {

using namespace utsyn;

void demand(bool held) {
  if (!held) std::abort();
}

void same_cookie(std::string_view field) {
  if (field.size() > 4096) return;  // longer ones are cut
  const auto kept_field = probe::kept_set_cookie(field);
  demand(probe::kept_set_cookie(kept_field) == kept_field);
  const auto sent = wire::parse_set_cookie(field);
  if (!sent) return;
  const auto kept = wire::parse_set_cookie(kept_field);
  demand(kept && kept->name == sent->name && kept->value.empty() == sent->value.empty());
  demand(kept->value.empty() || kept->value == "blanked" || wire::decode_bigip(kept->value));
  demand(kept->secure == sent->secure && kept->http_only == sent->http_only &&
         kept->partitioned == sent->partitioned && kept->same_site == sent->same_site);
  demand(kept->domain == sent->domain && kept->path == sent->path);
  demand(kept->persistent == sent->persistent && kept->max_age_seconds == sent->max_age_seconds);
}

// Directives by name, but for a nonce where a name should stand: two of those may become one.
std::vector<const wire::CspDirective*> named(const wire::CspPolicy& policy) {
  std::vector<const wire::CspDirective*> out;
  for (const auto& directive : policy.directives) {
    if (!directive.name.starts_with("'nonce-")) out.push_back(&directive);
  }
  return out;
}

void same_policy(std::string_view field) {
  if (field.size() > 4096) return;
  const auto kept_field = probe::kept_policy(field);
  demand(probe::kept_policy(kept_field) == kept_field);
  const wire::Headers sent_headers{{"content-security-policy", std::string(field)}};
  const wire::Headers kept_headers{{"content-security-policy", kept_field}};
  const auto sent = wire::read_csp(sent_headers).enforced;
  const auto kept = wire::read_csp(kept_headers).enforced;
  demand(sent.size() == kept.size());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    if (sent[i].directives.size() == 100) continue;  // the bound of the reader: the rest was not read
    const auto sent_named = named(sent[i]);
    const auto kept_named = named(kept[i]);
    demand(sent_named.size() == kept_named.size());
    for (std::size_t j = 0; j < sent_named.size(); ++j) {
      const auto& before = *sent_named[j];
      const auto& after = *kept_named[j];
      demand(before.name == after.name);
      demand(std::ranges::equal(before.sources, after.sources, {}, &wire::CspSource::kind,
                                &wire::CspSource::kind));
      for (const auto& source : after.sources)
        demand(source.kind != wire::CspSourceKind::nonce || source.text == "'nonce-bm9uY2U='");
    }
  }
}

void same_challenges(std::string_view field) {
  if (field.size() > 4096) return;
  const auto kept_field = probe::kept_challenges(field);
  demand(probe::kept_challenges(kept_field) == kept_field);
  const auto sent = wire::auth_challenges({{"www-authenticate", std::string(field)}});
  const auto kept = wire::auth_challenges({{"www-authenticate", kept_field}});
  demand(kept.size() <= sent.size());
  for (const auto& challenge : sent) {
    if (challenge.scheme != "basic" && challenge.scheme != "ntlm") continue;
    auto realm = challenge.realm;
    std::erase_if(realm, [](char c) { return c == '"' || c == '\\'; });
    demand(std::ranges::any_of(kept, [&](const auto& other) {
      return other.scheme == challenge.scheme && other.realm == realm && other.token.empty();
    }));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = as_text({data, size});
  constexpr std::size_t limit = 20'000;
  bool truncated = false;
  if (const auto plain = probe::inflate_bounded(text, limit, truncated)) {
    demand(plain->size() <= limit && (truncated || plain->size() < limit));
  }

  wire::ParseState state{};
  probe::Fetched fetched;
  fetched.response = wire::parse_whole_response(text, "GET", state);
  if (state != wire::ParseState::done) return 0;
  fetched.body = fetched.response.body;
  static const auto url = wire::parse_url("https://www.example.no/a?state=secret").value();
  const auto answer = probe::answer_of(fetched, url);
  demand(answer == probe::answer_of(fetched, url));
  demand(answer.headers.size() <= fetched.response.headers.size());
  for (const auto& header : answer.headers) demand(header.name == lower(header.name));
  if (const auto* page = answer.page.seen()) {
    demand(page->title.size() <= 200 && valid_utf8(page->title));
    for (const auto& form : page->forms) demand(form.action.find('?') == std::string::npos);
    demand(page->meta_refresh.find('?') == std::string::npos);
  }
  for (const auto& field : fetched.response.headers) {
    same_cookie(field.value);
    same_policy(field.value);
    same_challenges(field.value);
  }
  return 0;
}
