// How a list of findings is read: the parts that it is made of, each a stretch of one index that gives its
// rows in order, so that a page costs the same however many findings there are. A list in the order of
// severity, age or due date is several such parts, one for each severity, pace, check or state, that are
// merged or follow each other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "followup/finding_list.h"

namespace utsyn::followup {

// The place of a finding in an order; the same positions hold the same types.
using Key = std::vector<std::variant<std::int64_t, std::string>>;

// A part of a list that an index gives in order, or all of it where its rows are few enough to be sorted.
struct Stream {
  struct Column {
    std::string sql;
    bool number = false;
  };
  std::vector<Column> columns;
  std::string condition;             // which findings; empty: all
  std::string check;                 // of this check alone; empty: of any
  std::optional<std::int64_t> rank;  // comes first in the key: such streams follow each other
  std::int64_t offset = 0;           // added to the first column to make the key
  bool assigned = false;             // only findings with an assignment, which are few: begin with these
};

struct Streams {
  std::vector<Stream> parts;
  bool falling = false;
  bool in_turn = false;  // each part comes after the one before, as a whole
  bool many = false;  // parts that are merged and of which most is not shown: what is shown is read at last
  // No index answers all that is asked: rows are looked at one by one, and no more than a bound for a page.
  bool sieved = false;
};

// `whole`: over the whole register. Looks into the database for which checks there are.
Streams streams_of(store::Connection& connection, Order order, const Filter& filter, bool whole, UtcTime now);

// The second from which a finding is overdue, in SQL over f and its assignment a: the date that a person has
// set, or the method's deadline.
std::string due_sql();

// A cursor is texts; what is a number in a key is digits there. Nothing when it is of another order.
std::optional<Key> key_of(const std::vector<std::string>& cursor, const Streams& streams);
std::vector<std::string> cursor_of(const Key& key);

}  // namespace utsyn::followup
