#include "followup/alerts/fault.h"

#include <gtest/gtest.h>

namespace utsyn::followup::alerts {
namespace {

TEST(Fault, ComesBackAsItWasKept) {
  const auto fault = fault_of(kept(FaultCode::mail_refused, {"a@example.no", "550", "no \"such\" mailbox"}));
  ASSERT_TRUE(fault.code.has_value());
  EXPECT_EQ(*fault.code, FaultCode::mail_refused);
  EXPECT_EQ(fault.values, (std::vector<std::string>{"a@example.no", "550", "no \"such\" mailbox"}));
  EXPECT_EQ(kept(FaultCode::webhook_refused, {"410"}), R"({"code":"webhook_refused","values":["410"]})");
}

TEST(Fault, WhatAnotherProgramSaidIsBounded) {
  const auto fault = fault_of(kept(FaultCode::mail_failed, {std::string(5000, 'x') + "\n\x01"}));
  ASSERT_EQ(fault.values.size(), 1U);
  EXPECT_LT(fault.values.front().size(), 500U);
  EXPECT_EQ(fault.values.front().find('\x01'), std::string::npos);
}

// What earlier versions kept are plain words; nothing that is not ours is taken for a code.
TEST(Fault, OlderWordsStayWords) {
  for (const auto* old : {"calling the webhook: it answered 500", "", "[1]", "7", R"({"code":"unheard_of"})",
                          R"({"code":7})", R"({"values":["x"]})", R"({"code":"mail_failed")"}) {
    const auto fault = fault_of(old);
    EXPECT_FALSE(fault.code.has_value()) << old;
    EXPECT_EQ(fault.values, std::vector<std::string>{old});
  }
}

TEST(Fault, AHandWrittenCodeMayLackValues) {
  const auto fault = fault_of(R"({"code":"secret_forgotten"})");
  EXPECT_EQ(fault.code, FaultCode::secret_forgotten);
  EXPECT_TRUE(fault.values.empty());
}

}  // namespace
}  // namespace utsyn::followup::alerts
