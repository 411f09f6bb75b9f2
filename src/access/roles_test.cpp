#include "access/roles.h"

#include <gtest/gtest.h>

namespace utsyn::access {
namespace {

TEST(Roles, EveryWordIsReadBack) {
  for (const auto& row : kRoles) EXPECT_EQ(role_named(word(row.role)), row.role);
  for (const auto detail : {Detail::none, Detail::score, Detail::findings, Detail::evidence})
    EXPECT_EQ(detail_named(word(detail)), detail);
  EXPECT_EQ(words(bits({Permission::read, Permission::read_nation})),
            (std::vector<std::string_view>{"read", "read_nation"}));
  EXPECT_EQ(words(row_of(Role::administrator).permissions), words(~0U)) << "a permission nobody knows of";
  EXPECT_EQ(words(~0U).back(), "give_consent");
  EXPECT_EQ(role_named("root"), std::nullopt);
  EXPECT_EQ(detail_named(""), std::nullopt);
  EXPECT_EQ(permission_named("Read"), std::nullopt);
}

TEST(Roles, OnlyTheAdministratorRunsTheService) {
  for (const auto& row : kRoles) {
    Access access;
    access.permissions = row.permissions;
    EXPECT_TRUE(access.may(Permission::read)) << word(row.role);
    for (const auto permission : {Permission::manage_access, Permission::manage_service,
                                  Permission::manage_register, Permission::answer_disputes})
      EXPECT_EQ(access.may(permission), row.role == Role::administrator) << word(row.role);
  }
}

TEST(Roles, AuditorsAndAnalystsChangeNoOrganisation) {
  for (const auto role : {Role::auditor, Role::analyst})
    for (const auto permission :
         {Permission::follow_up, Permission::approve, Permission::manage_footprint, Permission::give_consent})
      EXPECT_EQ(row_of(role).permissions & bits({permission}), 0U) << word(role);
}

TEST(Roles, AnAnalystSeesNobodyByTheRoleAlone) { EXPECT_EQ(row_of(Role::analyst).everywhere, Detail::none); }

TEST(Access, ConsentIsGivenAtHomeOrByTheRegistersKeeper) {
  Access access;
  access.home = "home";
  access.organisations = {{"acts", Detail::evidence}, {"home", Detail::evidence}};
  for (const auto role : {Role::security, Role::leader, Role::supplier}) {
    access.permissions = row_of(role).permissions;
    EXPECT_TRUE(access.may(Permission::give_consent, "home")) << word(role);
    EXPECT_FALSE(access.may(Permission::give_consent, "acts")) << word(role) << ": not for another";
  }
  for (const auto role : {Role::analyst, Role::auditor, Role::procurement, Role::contract, Role::privacy}) {
    access.permissions = row_of(role).permissions;
    EXPECT_FALSE(access.may(Permission::give_consent, "home")) << word(role);
  }
  access.permissions = row_of(Role::administrator).permissions;
  EXPECT_TRUE(access.may(Permission::give_consent, "acts"));
  EXPECT_FALSE(access.may(Permission::give_consent, "hidden"));
  access.permissions = bits({Permission::give_consent});
  EXPECT_FALSE(access.may(Permission::give_consent, "acts")) << "a token cut to consents";
}

struct MayCase {
  const char* name;
  Permission permission;
  Detail granted;
  bool read_only;
  bool expected;
};
class MayOnOrganisation : public testing::TestWithParam<MayCase> {};

TEST_P(MayOnOrganisation, NeedsDetailAndHome) {
  const auto& row = GetParam();
  Access access;
  access.permissions = row_of(Role::administrator).permissions;
  access.organisations = {{"a", row.granted}};
  if (row.read_only) access.read_only = {"a"};
  EXPECT_EQ(access.may(row.permission, "a"), row.expected);
  EXPECT_FALSE(access.may(row.permission, "b"));
}

const MayCase may_cases[] = {
    {"ReadAtScore", Permission::read, Detail::score, true, true},
    {"ReadWithNothing", Permission::read, Detail::none, false, false},
    {"FollowUpAtHome", Permission::follow_up, Detail::evidence, false, true},
    {"FollowUpAtScore", Permission::follow_up, Detail::score, false, false},
    {"FollowUpAsReader", Permission::follow_up, Detail::evidence, true, false},
    {"ApproveAsReader", Permission::approve, Detail::evidence, true, false},
    {"FootprintAsReader", Permission::manage_footprint, Detail::evidence, true, false},
    {"FootprintAtFindings", Permission::manage_footprint, Detail::findings, false, true},
    {"RecheckAsReader", Permission::recheck, Detail::findings, true, true},
    {"RecheckAtScore", Permission::recheck, Detail::score, false, false},
};
INSTANTIATE_TEST_SUITE_P(Access, MayOnOrganisation, testing::ValuesIn(may_cases),
                         [](const auto& row) { return row.param.name; });

TEST(Access, PermissionFirst) {
  Access access;
  access.organisations = {{"a", Detail::evidence}};
  EXPECT_FALSE(access.may(Permission::follow_up, "a"));
}

}  // namespace
}  // namespace utsyn::access
