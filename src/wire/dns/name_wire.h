// Domain names as they cross the network: labels with lengths (RFC 1035 section 3.1), and our text for them.
//
// Text has no final dot; the root is "."; dots, backslashes and quotes inside a label stand behind a
// backslash, and bytes that are not printable ASCII are \DDD. Compression pointers may only point to
// something earlier than the name being read, so reading always ends (RFC 1035 section 4.1.4 lets them point
// only to a prior occurrence).
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace utsyn::wire {

enum class DnsError {
  message_too_short,    // no whole header, or a question cut off
  message_too_long,     // more than 65535 bytes
  too_many_records,     // header counts beyond what we are willing to read
  name_cut_short,       // a label goes past the end
  name_too_long,        // more than 255 bytes
  bad_label_type,       // the reserved label types 01 and 10
  bad_pointer,          // forward, to itself, or out of the message
  bad_name_text,        // text that is not a domain name
  record_cut_short,     // a record or its data goes past the end
  bad_record_data,      // the data does not have the form its type demands
  bad_record_text,      // presentation text that cannot be read
  several_edns_records  // RFC 6891 section 6.1.1: FORMERR
};
std::string_view describe(DnsError error);

// The uncompressed wire form, case kept. A final dot is allowed. Labels over 63 and names over 255 are
// refused.
Result<Bytes, DnsError> name_to_wire(std::string_view text);

// Reads a name at the reader's place. With the whole message given, compression pointers are followed;
// without one they are refused.
Result<std::string, DnsError> read_name(ByteReader& reader, ByteView message = {});

// Text to its one normal form: lower case, no final dot, escapes as above; nothing when it is not a name.
std::optional<std::string> canonical_name(std::string_view text);

}  // namespace utsyn::wire
