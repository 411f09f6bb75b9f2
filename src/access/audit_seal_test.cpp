// What was cut off the end of the audit log is noticed, on both databases.
#include "access/audit_seal.h"

#include <gtest/gtest.h>

#include "store/events.h"
#include "store/test_database.h"

namespace utsyn::access {
namespace {

class AuditSeal : public store::testing::DatabaseTest {
 protected:
  void append(int entries) {
    sql().write([&](store::Connection& connection) {
      for (int i = 0; i < entries; ++i)
        store::append_audit(connection, UtcTime{std::chrono::seconds{1'800'000'000 + i}},
                            {"kari", "192.0.2.1"}, "finding.assign", "home", "x", "{}");
    });
  }
  void seal(const Keys& with) {
    sql().write([&](store::Connection& connection) { seal_audit_end(connection, with); });
  }
  void change(const std::string& statement) {
    sql().write([&](store::Connection& connection) { connection.execute(statement); });
  }
  SealedEnd end(const Keys& with) {
    return sql().read([&](store::Connection& connection) { return sealed_audit_end(connection, with); });
  }

  const Keys keys{Bytes(32, 7)};
};
UTSYN_BOTH_DATABASES(AuditSeal);

TEST_P(AuditSeal, TellsWhatWasCutOff) {
  EXPECT_EQ(end(keys).state, AuditEnd::unsealed);
  seal(keys);
  EXPECT_EQ(end(keys).state, AuditEnd::unsealed) << "there is nothing to seal";
  append(5);
  seal(keys);
  append(2);
  EXPECT_EQ(end(keys).state, AuditEnd::whole);
  EXPECT_EQ(end(keys).number, 5);
  seal(keys);
  EXPECT_EQ(end(keys).number, 7);
  change("DELETE FROM audit WHERE number > 4");
  EXPECT_FALSE(sql().read(store::first_broken_audit_entry)) << "the chain alone does not tell";
  EXPECT_EQ(end(keys).state, AuditEnd::cut);
  EXPECT_EQ(end(keys).first_gone, 5);
  seal(keys);
  EXPECT_EQ(end(keys).state, AuditEnd::cut) << "a later seal does not hide it";
  append(3);  // written over: 5, 6 and 7 are others now
  EXPECT_EQ(end(keys).first_gone, 7);
  append(5);
  seal(keys);
  EXPECT_EQ(end(keys).state, AuditEnd::cut) << "nor do new entries";
  change("DELETE FROM audit");
  EXPECT_EQ(end(keys).first_gone, 1);
}

TEST_P(AuditSeal, OpensWithTheKeyOfTheServiceOnly) {
  append(3);
  seal(keys);
  const Keys other(Bytes(32, 8));
  EXPECT_EQ(end(other).state, AuditEnd::other_seal);
  seal(other);
  EXPECT_EQ(end(keys).state, AuditEnd::whole) << "what another key sealed is not written over";
  change("UPDATE setting SET value = 'x' WHERE name = 'audit.end'");
  EXPECT_EQ(end(keys).state, AuditEnd::other_seal);
}

}  // namespace
}  // namespace utsyn::access
