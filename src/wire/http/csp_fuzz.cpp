// Adding a policy never makes the intersection weaker.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "wire/http/csp.h"

namespace {

using namespace utsyn::wire;

bool has(const std::vector<CspBroadSource>& sources, CspBroadSource::Kind kind) {
  return std::any_of(sources.begin(), sources.end(), [&](const auto& source) { return source.kind == kind; });
}

void expect_not_weaker(const Csp& before, const Csp& after) {
  if (after.allows_inline_script() && !before.allows_inline_script()) std::abort();
  if (after.allows_inline_style() && !before.allows_inline_style()) std::abort();
  if (after.allows_eval() && !before.allows_eval()) std::abort();
  if (after.allows_wasm_eval() && !before.allows_wasm_eval()) std::abort();
  const auto had = before.broad_script_sources();
  const auto got = after.broad_script_sources();
  using Kind = CspBroadSource::Kind;
  for (const auto kind : {Kind::any_http, Kind::any_https, Kind::data, Kind::blob, Kind::filesystem}) {
    if (has(got, kind) && !has(had, kind)) std::abort();
  }
  const auto limits = before.object_base_form();
  const auto tighter = after.object_base_form();
  if (tighter.object_src < limits.object_src || tighter.base_uri < limits.base_uri) std::abort();
  if (tighter.form_action < limits.form_action || after.frame_ancestors() < before.frame_ancestors())
    std::abort();
  after.http_sources();
  after.remarks();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Headers headers;
  auto rest = utsyn::as_text({data, size});
  Csp before = read_csp(headers);
  for (int i = 0; i < 4 && !rest.empty(); ++i) {
    headers.add("Content-Security-Policy", utsyn::cut(rest, '\n'));
    const auto after = read_csp(headers);
    expect_not_weaker(before, after);
    before = after;
  }
  const std::vector<std::string> meta = {std::string(rest)};
  expect_not_weaker(before, read_csp(headers, meta));
  before.reporting(headers);
  return 0;
}
