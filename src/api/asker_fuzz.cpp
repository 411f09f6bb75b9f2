// Header lines as a client writes them, read for who asks: without a trusted proxy they change nothing, and
// with one the address is an address and the number is short and plain.
#include <algorithm>
#include <cstdlib>

#include "api/asker.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn;
  std::string_view text(reinterpret_cast<const char*>(data), std::min<std::size_t>(size, 16 * 1024));
  api::Request request;
  while (!text.empty()) {
    auto line = cut(text, '\n');
    const auto name = lower(trim(cut(line, ':')));
    request.headers.emplace(name, trim(line));
  }
  const std::vector<Cidr> none;
  const std::vector<Cidr> proxies{*Cidr::parse("192.0.2.0/24"), *Cidr::parse("2001:db8::/32")};

  auto direct = request;
  api::set_asker(direct, "198.51.100.7", proxies);
  if (direct.address != "198.51.100.7" || direct.secure || direct.local || direct.id.size() != 26)
    std::abort();

  auto local = request;
  api::set_asker(local, "127.0.0.1", none);
  if (local.address != "127.0.0.1" || local.secure) std::abort();
  if (local.local && request.headers.contains("x-forwarded-for")) std::abort();

  auto proxied = request;
  api::set_asker(proxied, "192.0.2.1", proxies);
  if (!IpAddress::parse(proxied.address) || proxied.local) std::abort();
  const bool plain = std::ranges::all_of(proxied.id, [](char c) { return c > 0x20 && c < 0x7F; });
  if (proxied.id.empty() || proxied.id.size() > 64 || !plain) std::abort();
  return 0;
}
