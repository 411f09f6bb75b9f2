// One way to write a JSON value, so that a signature covers what it says and not how it was typed: members
// sorted by the bytes of their names, no blanks, whole numbers in plain digits, UTF-8 as it is, and only the
// escapes that RFC 8259 asks for (\" \\ \b \f \n \r \t, others below 0x20 as \u00xx). Like RFC 8785, but
// sorted as the method sorts, and without fractions, which the method does not have.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "base/result.h"

namespace utsyn::followup {

// The error says which number is not whole.
Result<std::string, std::string> canonical_json(const boost::json::value& value);

}  // namespace utsyn::followup
