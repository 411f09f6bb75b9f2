// The tables that are lists of the API: what each is called, which operation's answer it shows, and where its
// cells lie in that answer.
#pragma once

#include <string_view>
#include <vector>

namespace utsyn::api {

inline constexpr std::string_view kPart = "#";  // the path of the part that a row is of

enum class Form {
  text,  // as it is; a number or a list becomes text
  number,
  hundredths,  // of a point, or of a per cent
  time,
  day,
  truth,
  severity,
  check,  // the title of a check
  words,  // the reader's language of {nb, nn, en}
  count   // how many a list has
};

struct Column {
  std::string_view heading;  // "c_" + this is its text
  std::string_view path;     // "last/finished", "interval_cp/0"
  int width = 14;
  Form form = Form::text;
};

// Where rows are: a list in the answer, or an object that is one row. Parts with names get them as cells.
struct Part {
  std::string_view name;
  std::string_view path;
};

// What is known of a row elsewhere: the answer of another operation, whose parameter has the row's `member`,
// or (without a parameter) the item of another list whose id it is. Absent where the reader may not ask.
struct More {
  std::string_view operation;
  std::string_view parameter;
  std::string_view member;
  std::string_view into;
};

enum class Length { whole, pages, most };

struct ListedTable {
  std::string_view list;       // the operation whose answer it is
  std::string_view operation;  // its own
  std::string_view ending;     // of its address, after that of the list
  std::string_view title;      // "t_users"
  std::string_view page;       // where the interface shows it; {parameter} is filled in
  Length length = Length::whole;
  std::vector<Part> parts;
  std::vector<Column> columns;
  std::vector<More> more{};
  std::string_view body{};  // of a list that is asked for by POST
};

std::vector<ListedTable> listed_tables();

}  // namespace utsyn::api
