// Whether a sender has ended is said only where it can be known.
#include "report/sender_name.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace utsyn::report {
namespace {

std::string with_part(std::string_view name, std::size_t at, const std::string& part) {
  std::string out;
  const auto parts = split(name, '/');
  for (std::size_t i = 0; i < parts.size(); ++i)
    out += (i > 0 ? "/" : "") + (i == at ? part : std::string(parts[i]));
  return out;
}

TEST(SenderName, IsOneOfItsOwnAndAlive) {
  const auto name = sender_name();
  EXPECT_EQ(std::ranges::count(name, '/'), 3);
  EXPECT_NE(name, sender_name());
  EXPECT_FALSE(has_ended(name));
}

TEST(SenderName, OfAProcessThatHasEnded) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const auto child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto name = sender_name();
    const auto written = ::write(ends[1], name.data(), name.size());
    ::_exit(written == static_cast<ssize_t>(name.size()) ? 0 : 1);
  }
  std::array<char, 500> read{};
  const auto size = ::read(ends[0], read.data(), read.size());
  ASSERT_GT(size, 0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(has_ended(std::string_view(read.data(), static_cast<std::size_t>(size))));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(SenderName, WhatCannotBeKnownIsNotSaid) {
  const auto name = sender_name();
  EXPECT_TRUE(has_ended(with_part(name, 2, "1"))) << "another process has its number now";
  EXPECT_FALSE(has_ended(with_part(name, 0, "another-machine:1")));
  EXPECT_FALSE(has_ended(with_part(name, 0, "")));
  EXPECT_FALSE(has_ended(with_part(name, 1, "-1")));
  EXPECT_FALSE(has_ended(with_part(name, 1, "0")));
  EXPECT_FALSE(has_ended(with_part(name, 2, "")));
  EXPECT_FALSE(has_ended(""));
  EXPECT_FALSE(has_ended("one"));
}

}  // namespace
}  // namespace utsyn::report
