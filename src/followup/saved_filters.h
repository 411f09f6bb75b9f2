// Filters that a user has named and kept. They are audit evidence ("this is what we looked at"): a change
// makes a new version, removing marks the last one, and every version stays.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "store/events.h"
#include "store/sql.h"

namespace utsyn::followup {

inline constexpr std::size_t kMostSavedFilters = 200;  // of one user

struct SavedFilter {
  std::string id;
  std::int64_t version = 1;
  std::string name;
  std::string filter;  // a JSON object, as write_filter() gives it
  UtcTime saved{};
  std::optional<UtcTime> removed;
};

// The latest versions of those that were not removed, by name.
std::vector<SavedFilter> saved_filters(store::Connection& connection, std::string_view owner);
// All versions, newest first; empty when there is none of this id.
std::vector<SavedFilter> versions_of_filter(store::Connection& connection, std::string_view owner,
                                            std::string_view id);

// Each with its audit entry. Nothing when there are too many, or when the filter is gone.
std::optional<SavedFilter> save_filter(store::Connection& connection, const store::Actor& actor,
                                       std::string_view owner, std::string_view name, std::string_view filter,
                                       UtcTime now);
std::optional<SavedFilter> change_filter(store::Connection& connection, const store::Actor& actor,
                                         std::string_view owner, std::string_view id, std::string_view name,
                                         std::string_view filter, UtcTime now);
bool remove_filter(store::Connection& connection, const store::Actor& actor, std::string_view owner,
                   std::string_view id, UtcTime now);

}  // namespace utsyn::followup
