#include "followup/canonical.h"

#include <algorithm>
#include <boost/json.hpp>
#include <vector>

#include "base/json_text.h"

namespace utsyn::followup {
namespace {

namespace json = boost::json;

Result<void, std::string> write(const json::value& value, std::string& out) {
  switch (value.kind()) {
    case json::kind::null:
      out += "null";
      break;
    case json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      break;
    case json::kind::int64:
      out += std::to_string(value.get_int64());
      break;
    case json::kind::uint64:
      out += std::to_string(value.get_uint64());
      break;
    case json::kind::double_:
      return unexpected("a number is not whole: " + json::serialize(value));
    case json::kind::string:
      append_json_text(out, value.get_string());
      break;
    case json::kind::array: {
      char before = '[';
      if (value.get_array().empty()) out += before;
      for (const auto& item : value.get_array()) {
        out += before;
        before = ',';
        if (auto written = write(item, out); !written) return written;
      }
      out += ']';
      break;
    }
    case json::kind::object: {
      std::vector<const json::key_value_pair*> members;
      for (const auto& member : value.get_object()) members.push_back(&member);
      std::ranges::sort(members, [](const auto* a, const auto* b) {
        return std::string_view(a->key()) < std::string_view(b->key());
      });
      char before = '{';
      if (members.empty()) out += before;
      for (const auto* member : members) {
        out += before;
        before = ',';
        append_json_text(out, member->key());
        out += ':';
        if (auto written = write(member->value(), out); !written) return written;
      }
      out += '}';
      break;
    }
  }
  return {};
}

}  // namespace

Result<std::string, std::string> canonical_json(const json::value& value) {
  std::string out;
  if (auto written = write(value, out); !written) return unexpected(written.error());
  return out;
}

}  // namespace utsyn::followup
