// Runs on several threads, without any server: what must hold when nothing can be reached. Also under
// ThreadSanitizer.
#include "engine/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace utsyn::engine {
namespace {

// A UDP port on loopback where a resolver listens and says nothing, or where nothing listens at all.
class Silence {
 public:
  explicit Silence(bool listens) {
    socket_ = socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    socklen_t size = sizeof address;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    if (!listens) close(std::exchange(socket_, -1));
  }
  ~Silence() {
    if (socket_ >= 0) close(socket_);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  probe::Endpoint endpoint() const { return {*IpAddress::parse("127.0.0.1"), port_}; }

 private:
  int socket_ = -1;
  std::uint16_t port_ = 0;
};

std::vector<Target> targets(int count) {
  std::vector<Target> out;
  for (int i = 0; i < count; ++i) {
    const auto name = "o" + std::to_string(i) + ".example";
    out.push_back({{name, name, "other"}, {name}, {}});
  }
  return out;
}

RunSettings settings(const Silence& resolver) {
  RunSettings out;
  out.resolver.resolver = resolver.endpoint();
  out.network.allow_networks = {*Cidr::parse("127.0.0.0/8")};
  out.network.host_deadline = std::chrono::seconds{2};
  out.threads = 2;
  return out;
}

struct Ran {
  std::vector<Outcome> outcomes;
  Progress progress;
};

void run_to_end(const RunSettings& settings, int count, Ran& ran, probe::Politeness& politeness) {
  run(
      settings, targets(count), [](const std::string&) { return std::vector<store::Finding>{}; },
      [&](Outcome outcome) { ran.outcomes.push_back(std::move(outcome)); }, politeness, ran.progress);
}

TEST(Run, EveryOrganisationIsAnsweredOnceThoughNothingListens) {
  const Silence nobody(false);
  const auto with = settings(nobody);
  probe::Politeness politeness(with.network);
  Ran ran;
  run_to_end(with, 20, ran, politeness);
  ASSERT_EQ(ran.outcomes.size(), 20U);
  std::set<std::string> names;
  for (const auto& outcome : ran.outcomes) {
    names.insert(outcome.target.organisation.id);
    ASSERT_FALSE(outcome.assessment.has_value());
    EXPECT_THAT(outcome.assessment.error().message, testing::HasSubstr("--resolver"));
  }
  EXPECT_EQ(names.size(), 20U);
  EXPECT_EQ(ran.progress.organisations_done, 20);
}

TEST(Run, SilentResolverEndsAtTheDeadline) {
  const Silence silent(true);
  const auto with = settings(silent);
  probe::Politeness politeness(with.network);
  Ran ran;
  const auto started = std::chrono::steady_clock::now();
  run_to_end(with, 4, ran, politeness);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds{20});
  ASSERT_EQ(ran.outcomes.size(), 4U);
  for (const auto& outcome : ran.outcomes) EXPECT_FALSE(outcome.assessment.has_value());
}

TEST(Run, KillSwitchStopsEverythingFromAnotherThread) {
  const Silence silent(true);
  auto with = settings(silent);
  with.network.host_deadline = std::chrono::seconds{60};
  probe::Politeness politeness(with.network);
  Ran ran;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
    politeness.stop();
  });
  const auto started = std::chrono::steady_clock::now();
  run_to_end(with, 50, ran, politeness);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds{30});
  EXPECT_EQ(ran.outcomes.size(), 50U);
  for (const auto& outcome : ran.outcomes) EXPECT_FALSE(outcome.assessment.has_value());
}

TEST(Run, WhatTheCallerThrowsComesBack) {
  const Silence nobody(false);
  const auto with = settings(nobody);
  probe::Politeness politeness(with.network);
  Progress progress;
  EXPECT_THROW(
      run(
          with, targets(3),
          [](const std::string&) -> std::vector<store::Finding> { throw std::runtime_error("store"); },
          [](Outcome) {}, politeness, progress),
      std::runtime_error);
}

}  // namespace
}  // namespace utsyn::engine
