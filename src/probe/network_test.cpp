// Scope, opt-outs, places, budgets, deadlines and the kill switch, against servers on loopback.
#include "probe/network.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "probe/parallel.h"
#include "probe/test_servers.h"
#include "probe/test_world.h"

namespace utsyn::probe {
namespace {

using std::chrono::milliseconds;
using testing::run;
using testing::TcpServer;

Settings lab_settings() {
  auto settings = testing::loopback_settings(milliseconds(4'000));
  settings.connect_timeout = milliseconds(1'000);
  settings.answer_timeout = milliseconds(1'000);
  return settings;
}

struct World : testing::VisitWorld {
  explicit World(const Settings& settings = lab_settings()) : VisitWorld(settings, "host.test") {}
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// What came of connecting: nothing when it worked.
Task<std::optional<Unseen>> outcome(Visit& visit, Endpoint server) {
  const auto connection = co_await visit.connect(server);
  if (connection.seen() != nullptr) co_return std::nullopt;
  co_return connection.unseen();
}

Task<Observed<std::size_t>> connect_and_read(Visit& visit, Endpoint server) {
  auto connection = co_await visit.connect(server);
  if (connection.seen() == nullptr) co_return connection.unseen();
  std::uint8_t buffer[16];
  co_return co_await (*connection.seen())->read_some(buffer);
}

// Reads until the end or a reason to stop; an orderly end gives the number of bytes.
Task<Observed<std::size_t>> read_all(Visit& visit, Endpoint server) {
  auto connection = co_await visit.connect(server);
  if (connection.seen() == nullptr) co_return connection.unseen();
  std::size_t total = 0;
  for (;;) {
    std::uint8_t buffer[16];
    const auto size = co_await (*connection.seen())->read_some(buffer);
    if (size.seen() == nullptr) co_return size.unseen();
    if (*size.seen() == 0) co_return total;
    total += *size.seen();
  }
}

struct ScopeCase {
  const char* address;
  std::optional<Unseen> refused;
};

TEST(Scope, OnlyThePublicInternetAndWhatIsNamed) {
  Settings settings;
  settings.allow_networks = {*Cidr::parse("10.1.0.0/16")};
  settings.opt_out = {"198.18.0.0/15", "8.8.8.8", "2606:4700::/32"};
  const World world(settings);
  const ScopeCase cases[] = {
      {"1.1.1.1", std::nullopt},
      {"2a00:1450:400f::1", std::nullopt},
      {"10.1.2.3", std::nullopt},
      {"10.2.2.3", Unseen::out_of_scope},
      {"127.0.0.1", Unseen::out_of_scope},
      {"169.254.169.254", Unseen::out_of_scope},
      {"192.168.1.1", Unseen::out_of_scope},
      {"224.0.0.1", Unseen::out_of_scope},
      {"::1", Unseen::out_of_scope},
      {"fe80::1", Unseen::out_of_scope},
      {"fd00::1", Unseen::out_of_scope},
      {"::ffff:127.0.0.1", Unseen::out_of_scope},
      {"64:ff9b::7f00:1", Unseen::out_of_scope},
      {"8.8.8.8", Unseen::opted_out},
      {"2606:4700::1111", Unseen::opted_out},
      {"198.18.0.1", Unseen::opted_out},  // the opt-out is said before anything else
  };
  for (const auto& one : cases)
    EXPECT_EQ(world.network.refuses(*IpAddress::parse(one.address)), one.refused) << one.address;
}

TEST(Scope, NamesOnTheOptOutList) {
  Settings settings;
  settings.opt_out = {"objects.no", "*.glob.no", "Exact.Case.NO.", "192.0.2.0/24", " "};
  const World world(settings);
  const struct {
    const char* host;
    bool refused;
  } cases[] = {
      {"objects.no", true},       {"www.objects.no", true}, {"OBJECTS.no.", true},   {"notobjects.no", false},
      {"objects.no.evil", false}, {"a.glob.no", true},      {"a.b.glob.no", true},   {"glob.no", false},
      {"exact.case.no", true},    {"192.0.2.7", true},      {"198.51.100.7", false},
  };
  for (const auto& one : cases)
    EXPECT_EQ(world.network.refuses(std::string_view(one.host)).has_value(), one.refused) << one.host;
}

TEST(Scope, AddressNotAllowedIsNotContacted) {
  const TcpServer server([](int) {});
  auto settings = lab_settings();
  settings.allow_networks.clear();
  World world(settings);
  EXPECT_EQ(run(world.context, outcome(world.visit, server.endpoint())), Unseen::out_of_scope);
  EXPECT_EQ(server.accepted(), 0);
  EXPECT_EQ(world.politeness.connections_opened(), 0);
}

TEST(Scope, TheOperatorsResolverMayLieAnywhere) {
  const TcpServer server([](int fd) { testing::wait_for_end(fd); });
  auto settings = lab_settings();
  settings.allow_networks.clear();
  settings.connections_per_address_and_day = 0;
  World world(settings);
  world.network.trust(server.endpoint());
  EXPECT_EQ(run(world.context, outcome(world.visit, server.endpoint())), std::nullopt);
  auto other_port = server.endpoint();
  other_port.port = static_cast<std::uint16_t>(other_port.port ^ 1U);
  EXPECT_EQ(run(world.context, outcome(world.visit, other_port)), Unseen::out_of_scope);
}

TEST(Scope, OptedOutHostIsNotContactedWhateverItsAddress) {
  const TcpServer server([](int) {});
  auto settings = lab_settings();
  settings.opt_out = {"*.objects.test"};
  World world(settings);
  auto visit = world.network.visit("www.objects.test");
  EXPECT_EQ(run(world.context, outcome(visit, server.endpoint())), Unseen::opted_out);
  EXPECT_EQ(server.accepted(), 0);
}

TEST(KillSwitch, FileStopsAndItsRemovalAllowsAgain) {
  const TcpServer server([](int fd) { testing::wait_for_end(fd); });
  const auto file = std::filesystem::temp_directory_path() / ("utsyn-stop-" + std::to_string(::getpid()));
  std::filesystem::remove(file);
  auto settings = lab_settings();
  settings.kill_switch_file = file.string();
  World world(settings);
  EXPECT_EQ(run(world.context, outcome(world.visit, server.endpoint())), std::nullopt);
  std::ofstream(file) << "stop";
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_EQ(run(world.context, outcome(world.visit, server.endpoint())), Unseen::stopped);
  std::filesystem::remove(file);
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_EQ(run(world.context, outcome(world.visit, server.endpoint())), std::nullopt);
}

TEST(KillSwitch, EndsWhatIsUnderWay) {
  const TcpServer server([](int fd) { testing::wait_for_end(fd); });
  auto settings = lab_settings();
  settings.answer_timeout = milliseconds(10'000);
  World world(settings);
  std::thread stopper([&] {
    std::this_thread::sleep_for(milliseconds(100));
    world.politeness.stop();
  });
  const auto start = Clock::now();
  const auto answer = run(world.context, connect_and_read(world.visit, server.endpoint()));
  stopper.join();
  ASSERT_EQ(answer.seen(), nullptr);
  EXPECT_EQ(answer.unseen(), Unseen::stopped);
  EXPECT_LT(seconds_since(start), 2.0);
}

Task<void> stay_a_moment(Visit& visit, Endpoint server, std::atomic<int>& good) {
  const auto connection = co_await visit.connect(server);
  if (connection.seen() == nullptr) co_return;
  ++good;
  co_await visit.sleep(milliseconds(5));
}

TEST(Places, NeverMoreThanAllowedAtOneAddressAlsoBetweenThreads) {
  const TcpServer server([](int fd) { testing::wait_for_end(fd); });
  auto settings = lab_settings();
  settings.connections_per_address = 3;
  settings.host_deadline = milliseconds(20'000);
  Politeness politeness(settings);
  std::atomic<int> good{0};
  std::atomic<int> most{0};
  std::atomic<bool> ended{false};
  const auto thread_body = [&] {
    boost::asio::io_context context;
    Network network(context, settings, politeness);
    Visit visit = network.visit("host.test");
    std::vector<Task<void>> tasks;
    for (int i = 0; i < 25; ++i) tasks.push_back(stay_a_moment(visit, server.endpoint(), good));
    boost::asio::co_spawn(context, together(std::move(tasks)), boost::asio::detached);
    context.run();
  };
  std::thread watcher([&] {
    while (!ended) {
      most = std::max(most.load(), politeness.in_flight());
      std::this_thread::sleep_for(milliseconds(1));
    }
  });
  std::thread one(thread_body);
  std::thread two(thread_body);
  one.join();
  two.join();
  ended = true;
  watcher.join();
  EXPECT_EQ(good, 50);
  EXPECT_LE(most, 3);
  EXPECT_GE(most, 2);
  EXPECT_EQ(politeness.in_flight(), 0);
  EXPECT_EQ(politeness.connections_opened(), 50);
}

TEST(Places, OneAtATimeOnMailPorts) {
  const TcpServer server([](int fd) { testing::wait_for_end(fd); });
  auto settings = lab_settings();
  settings.mail_ports = {server.endpoint().port};
  World world(settings);
  std::atomic<int> good{0};
  std::vector<Task<void>> tasks;
  for (int i = 0; i < 6; ++i) tasks.push_back(stay_a_moment(world.visit, server.endpoint(), good));
  boost::asio::co_spawn(world.context, together(std::move(tasks)), boost::asio::detached);
  const auto start = Clock::now();
  world.context.run();
  EXPECT_EQ(good, 6);
  EXPECT_GE(seconds_since(start), 0.025);  // one after the other
}

TEST(Places, WaitingEndsWithTheDeadline) {
  const TcpServer server([](int fd) { testing::wait_for_end(fd); });
  auto settings = lab_settings();
  settings.connections_per_address = 1;
  settings.host_deadline = milliseconds(200);
  World world(settings);
  ASSERT_EQ(world.politeness.ask(testing::loopback()), Politeness::Answer::go);
  EXPECT_EQ(world.politeness.ask(testing::loopback()), Politeness::Answer::wait);
  const auto start = Clock::now();
  EXPECT_EQ(run(world.context, outcome(world.visit, server.endpoint())), Unseen::timed_out);
  EXPECT_LT(seconds_since(start), 1.5);
  world.politeness.leave(testing::loopback(), false);
  EXPECT_EQ(world.politeness.in_flight(), 0);
}

TEST(Places, BudgetOfAnAddress) {
  const TcpServer server([](int fd) { testing::wait_for_end(fd); });
  auto settings = lab_settings();
  settings.connections_per_address_and_day = 5;
  World world(settings);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(run(world.context, outcome(world.visit, server.endpoint())), std::nullopt) << i;
  EXPECT_EQ(run(world.context, outcome(world.visit, server.endpoint())), Unseen::budget_spent);
  EXPECT_EQ(world.visit.connections, 5);
}

TEST(Places, PauseAfterRefusal) {
  std::uint16_t closed_port = 0;
  {
    const TcpServer server([](int) {});
    closed_port = server.endpoint().port;
  }
  auto settings = lab_settings();
  settings.pause_on_refusal = milliseconds(200);
  World world(settings);
  const Endpoint nobody{testing::loopback(), closed_port};
  EXPECT_EQ(run(world.context, outcome(world.visit, nobody)), Unseen::refused);
  const auto start = Clock::now();
  EXPECT_EQ(run(world.context, outcome(world.visit, nobody)), Unseen::refused);
  EXPECT_GE(seconds_since(start), 0.18);
}

TEST(Reading, SilenceTimesOut) {
  const TcpServer server([](int fd) { testing::wait_for_end(fd); });
  auto settings = lab_settings();
  settings.answer_timeout = milliseconds(150);
  World world(settings);
  const auto start = Clock::now();
  const auto answer = run(world.context, connect_and_read(world.visit, server.endpoint()));
  ASSERT_EQ(answer.seen(), nullptr);
  EXPECT_EQ(answer.unseen(), Unseen::timed_out);
  EXPECT_GE(seconds_since(start), 0.14);
  EXPECT_LT(seconds_since(start), 1.0);
}

TEST(Reading, DrippingServerMeetsTheDeadline) {
  const TcpServer server([](int fd) {
    for (int i = 0; i < 60; ++i) {
      if (::send(fd, "x", 1, MSG_NOSIGNAL) <= 0) return;
      std::this_thread::sleep_for(milliseconds(50));
    }
  });
  auto settings = lab_settings();
  settings.host_deadline = milliseconds(400);
  World world(settings);
  const auto start = Clock::now();
  const auto answer = run(world.context, read_all(world.visit, server.endpoint()));
  ASSERT_EQ(answer.seen(), nullptr);
  EXPECT_EQ(answer.unseen(), Unseen::timed_out);
  EXPECT_GE(seconds_since(start), 0.35);
  EXPECT_LT(seconds_since(start), 1.5);
}

TEST(Reading, OrderlyEndIsNoError) {
  const TcpServer server([](int fd) { testing::send_text(fd, "hello"); });
  World world;
  EXPECT_TRUE(run(world.context, read_all(world.visit, server.endpoint())).is(std::size_t{5}));
}

TEST(Reading, ResetIsTold) {
  const TcpServer server([](int fd) {
    const linger at_once{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  });
  World world;
  const auto answer = run(world.context, connect_and_read(world.visit, server.endpoint()));
  ASSERT_EQ(answer.seen(), nullptr);
  EXPECT_EQ(answer.unseen(), Unseen::reset);
}

TEST(Reading, VisitThatIsOverAsksNothing) {
  const TcpServer server([](int) {});
  World world;
  Visit visit(world.network, "host.test", Clock::now());
  EXPECT_EQ(run(world.context, outcome(visit, server.endpoint())), Unseen::timed_out);
  EXPECT_EQ(server.accepted(), 0);
}

Task<Observed<std::size_t>> write_much(Visit& visit, Endpoint server, std::size_t size) {
  auto connection = co_await visit.connect(server);
  if (connection.seen() == nullptr) co_return connection.unseen();
  co_return co_await (*connection.seen())->write(Bytes(size));
}

TEST(Writing, WholeAndInPieces) {
  const TcpServer server([](int fd) { testing::wait_for_end(fd); });
  World world;
  EXPECT_TRUE(
      run(world.context, write_much(world.visit, server.endpoint(), 8'000'000)).is(std::size_t{8'000'000}));
}

TEST(Writing, PeerThatDoesNotReadTimesOut) {
  std::atomic<bool> ended{false};
  const TcpServer server([&](int) {
    while (!ended) std::this_thread::sleep_for(milliseconds(5));
  });
  auto settings = lab_settings();
  settings.answer_timeout = milliseconds(150);
  World world(settings);
  const auto answer = run(world.context, write_much(world.visit, server.endpoint(), 64'000'000));
  ended = true;
  ASSERT_EQ(answer.seen(), nullptr);
  EXPECT_EQ(answer.unseen(), Unseen::timed_out);
}

Task<std::vector<Observed<Bytes>>> ask_times(Visit& visit, Endpoint server,
                                             std::vector<std::string> questions) {
  std::vector<Observed<Bytes>> out;
  for (const auto& question : questions) {
    const auto bytes = as_bytes(question);
    out.push_back(co_await visit.ask_udp(server, Bytes(bytes.begin(), bytes.end()), milliseconds(200),
                                         [](ByteView answer) { return as_text(answer) == "right"; }));
  }
  co_return out;
}

TEST(Udp, AcceptsOnlyWhatIsAccepted) {
  const auto bytes = [](std::string_view text) { return Bytes(text.begin(), text.end()); };
  const testing::UdpServer server([&](ByteView question) -> std::vector<Bytes> {
    if (as_text(question) == "good") return {bytes("wrong"), bytes("also wrong"), bytes("right")};
    if (as_text(question) == "flood") return std::vector<Bytes>(40, bytes("wrong"));
    return {};
  });
  World world;
  const auto answers =
      run(world.context, ask_times(world.visit, server.endpoint(), {"good", "flood", "silence"}));
  ASSERT_EQ(answers.size(), 3U);
  ASSERT_NE(answers[0].seen(), nullptr);
  EXPECT_EQ(as_text(*answers[0].seen()), "right");
  ASSERT_EQ(answers[1].seen(), nullptr);
  EXPECT_EQ(answers[1].unseen(), Unseen::malformed);
  ASSERT_EQ(answers[2].seen(), nullptr);
  EXPECT_EQ(answers[2].unseen(), Unseen::timed_out);
}

TEST(Udp, NobodyThereIsRefused) {
  std::uint16_t port = 0;
  {
    const testing::UdpServer server([](ByteView) -> std::vector<Bytes> { return {}; });
    port = server.endpoint().port;
  }
  World world;
  const auto answers = run(world.context, ask_times(world.visit, {testing::loopback(), port}, {"anyone?"}));
  ASSERT_EQ(answers[0].seen(), nullptr);
  EXPECT_EQ(answers[0].unseen(), Unseen::refused);
}

TEST(Network, MayBeTakenDownInTheMiddle) {
  const TcpServer server([](int fd) { testing::wait_for_end(fd); });
  const auto settings = lab_settings();
  auto context = std::make_unique<boost::asio::io_context>();
  auto politeness = std::make_unique<Politeness>(settings);
  auto network = std::make_unique<Network>(*context, settings, *politeness);
  auto visit = std::make_unique<Visit>(network->visit("host.test"));
  for (int i = 0; i < 8; ++i) {
    boost::asio::co_spawn(*context, connect_and_read(*visit, server.endpoint()), boost::asio::detached);
  }
  context->run_for(milliseconds(100));
  network.reset();
  politeness.reset();
  context.reset();  // frames, connections and waiters go with it
}

TEST(Network, RandomBytesDiffer) {
  World world;
  EXPECT_EQ(world.network.random(32).size(), 32U);
  EXPECT_NE(world.network.random(32), world.network.random(32));
}

TEST(Network, OpenFileLimitIsKnown) { EXPECT_GE(raise_open_file_limit(), 64U); }

}  // namespace
}  // namespace utsyn::probe
