#include "access/backoff.h"

#include <algorithm>

#include "base/ip.h"

namespace utsyn::access {
namespace {

constexpr std::string_view kEveryone = "*";  // `who` of a network's own count

std::int64_t still_to_wait(store::Connection& connection, std::string_view who, std::string_view place,
                           std::int64_t free_failures, UtcTime now) {
  const auto row = connection.first("SELECT failures, last FROM login_failure WHERE who = ?1 AND place = ?2",
                                    {who, place});
  if (!row) return 0;
  const auto last = from_unix(row->number(1));
  if (now - last >= kFailuresForgotten) return 0;
  const auto until = last + wait_after(row->number(0), free_failures);
  return std::max<std::int64_t>(0, (until - now).count());
}

void count(store::Connection& connection, std::string_view who, std::string_view place, UtcTime now) {
  connection.execute(
      "INSERT INTO login_failure (who, place, failures, last) VALUES (?1, ?2, 1, ?3) ON CONFLICT (who, "
      "place) "
      "DO UPDATE SET failures = login_failure.failures + 1, last = excluded.last",
      {who, place, to_unix(now)});
}

}  // namespace

std::chrono::seconds wait_after(std::int64_t failures, std::int64_t free_failures) {
  if (failures < free_failures) return std::chrono::seconds{0};
  const auto doublings = std::min<std::int64_t>(failures - free_failures, 20);
  return std::min(std::chrono::seconds{std::int64_t{1} << doublings}, kLongestWait);
}

std::string network_of(std::string_view address) {
  const auto ip = IpAddress::parse(address);
  if (!ip) return std::string(address.substr(0, 64));
  auto bytes = ip->bytes();
  const std::size_t kept = ip->is_v4() ? 3 : 6;
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(kept), bytes.end(), std::uint8_t{0});
  const auto base =
      ip->is_v4() ? IpAddress::v4({bytes[0], bytes[1], bytes[2], bytes[3]}) : IpAddress::v6(bytes);
  return base.str() + (ip->is_v4() ? "/24" : "/48");
}

std::int64_t seconds_to_wait(store::Connection& connection, const Place& place, UtcTime now) {
  auto wait = still_to_wait(connection, place.who, place.place, kFreeFailures, now);
  if (!place.network.empty())
    wait = std::max(wait, still_to_wait(connection, kEveryone, place.network, kFreeFailuresOfNetwork, now));
  return wait;
}

void count_failure(store::Connection& connection, const Place& place, UtcTime now) {
  // Old counts go when new ones come, so that the table holds a day of failures and no more.
  connection.execute("DELETE FROM login_failure WHERE last <= ?1", {to_unix(now - kFailuresForgotten)});
  count(connection, place.who, place.place, now);
  if (!place.network.empty()) count(connection, kEveryone, place.network, now);
}

void forget_failures(store::Connection& connection, const Place& place) {
  connection.execute("DELETE FROM login_failure WHERE who = ?1 AND place = ?2", {place.who, place.place});
  if (!place.network.empty())
    connection.execute(
        "UPDATE login_failure SET failures = failures - 1 WHERE who = ?1 AND place = ?2 AND failures > 0",
        {kEveryone, place.network});
}

}  // namespace utsyn::access
