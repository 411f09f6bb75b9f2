// Whoever writes, or the database server itself, dies at any moment: nothing acknowledged is lost, and
// nothing is there by halves.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>
#include <thread>

#include "store/store.h"
#include "store/test_database.h"
#include "store/test_measurement.h"

namespace utsyn::store {
namespace {

using checks::Outcome;
using testing::day;
using testing::judged;
using testing::measurement;
using testing::record;

class KilledWriter : public testing::DatabaseTest {};
UTSYN_BOTH_DATABASES(KilledWriter);

// A process that writes without end: each save that was acknowledged is told through the pipe.
class Writer {
 public:
  Writer(const std::string& where, int from) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("pipe");
    read_end_ = ends[0];
    process_ = fork();
    if (process_ == 0) write_on(where, from, ends[1]);
    close(ends[1]);
  }
  ~Writer() {
    end(SIGKILL);
    close(read_end_);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  // How it ended, as waitpid says.
  int end(int with) {
    int status = 0;
    if (process_ <= 0) return status;
    if (with != 0) kill(process_, with);
    waitpid(process_, &status, 0);
    process_ = -1;
    return status;
  }
  int acknowledged(int before) const {
    for (int i = 0; read(read_end_, &i, sizeof i) == sizeof i;) before = i;
    return before;
  }

 private:
  [[noreturn]] static void write_on(const std::string& where, int from, int tell) {
    const auto opened = open_store(where);
    if (!opened) _exit(3);
    for (int i = from;; ++i) {
      const auto name = std::to_string(i);
      const auto m = measurement(day(i), {record("r" + name, "{\"n\":" + name + "}")},
                                 {judged("c", Outcome::fail, name)});
      if (!(*opened)->save(m)) _exit(4);
      if (write(tell, &i, sizeof i) != sizeof i) _exit(5);
    }
  }
  int read_end_ = -1;
  pid_t process_ = -1;
};

// Everything that was acknowledged is there, at most the one save that was under way besides, and whole.
int measurements_in(const std::string& where, int acknowledged) {
  const auto store = open_store(where);
  EXPECT_TRUE(store.has_value()) << store.error().message;
  if (!store) return acknowledged;
  const auto counts = *(*store)->counts();
  EXPECT_GE(counts.measurements, acknowledged);
  EXPECT_LE(counts.measurements, acknowledged + 1);
  EXPECT_EQ(counts.evidence, counts.measurements);
  const auto sql = *open_sql(where);
  sql->read([&](Connection& connection) {
    const auto events =
        connection.query("SELECT count(*), max(number) FROM event WHERE kind = 'measured' OR kind <> ''");
    EXPECT_EQ(events.at(0).number(0), events.at(0).number(1)) << "events are numbered without gaps";
    EXPECT_EQ(connection.query("SELECT count(*) FROM event WHERE kind = 'measured'").at(0).number(0),
              counts.measurements);
    if (counts.measurements > 0) {
      EXPECT_EQ(connection.query("SELECT measured FROM standing").at(0).number(0),
                connection.query("SELECT max(time) FROM measurement").at(0).number(0));
    }
  });
  return static_cast<int>(counts.measurements);
}

TEST_P(KilledWriter, LosesNothingAcknowledged) {
  std::mt19937 chance(20'261'120);  // NOLINT: the moments are to be the same each run
  int acknowledged = 0;
  unsigned patience = 1;  // on a busy machine a writer needs longer to come as far
  for (int round = 0; round < 50; ++round) {
    Writer writer(where(), acknowledged + 1);
    std::this_thread::sleep_for(patience * std::chrono::microseconds{8'000 + chance() % 40'000});
    const auto status = writer.end(SIGKILL);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself: " << WEXITSTATUS(status);
    const int before = acknowledged;
    acknowledged = measurements_in(where(), writer.acknowledged(acknowledged));
    if (acknowledged == before && patience < 8) patience *= 2;
    if (GetParam() == Dialect::sqlite) {
      sql().read([](Connection& connection) {
        EXPECT_EQ(connection.query("SELECT * FROM pragma_integrity_check").at(0).text(0), "ok");
        EXPECT_TRUE(connection.query("SELECT * FROM pragma_foreign_key_check").empty());
      });
    }
  }
  EXPECT_GT(acknowledged, 20) << "the writers hardly wrote anything: the test showed nothing";
}

// The server itself is killed, with the durability that it has in service, and started again.
TEST(Postgres, KilledServerLosesNothingAcknowledged) {
  testing::PostgresServer server(testing::PostgresServer::Sync::durable);
  const auto where = server.create_database();
  ASSERT_TRUE(open_store(where).has_value());
  std::mt19937 chance(20'261'121);  // NOLINT: as above
  int acknowledged = 0;
  for (int round = 0; round < 5; ++round) {
    Writer writer(where, acknowledged + 1);
    std::this_thread::sleep_for(std::chrono::milliseconds{200 + chance() % 300});
    server.end(SIGKILL);
    // With the server gone its connections end, once its processes have noticed: the save fails, in words.
    const auto status = writer.end(0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 4) << status;
    server.start();
    acknowledged = measurements_in(where, writer.acknowledged(acknowledged));
  }
  EXPECT_GT(acknowledged, 20) << "the writers hardly wrote anything: the test showed nothing";
}

}  // namespace
}  // namespace utsyn::store
