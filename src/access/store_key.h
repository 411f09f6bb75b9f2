// The key file of a store: the store remembers which key seals its secrets (a MAC, which tells nothing of the
// key), so that a missing or a wrong file is noticed at the start and not when somebody logs in.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "store/sql.h"

namespace utsyn::access {

// The key, made when both file and store are new. What is wrong is told in words for whoever runs the
// service. `forget`: the old key is lost for good; every secret it sealed is forgotten, and the file's key,
// or a new one, seals from now on. That takes second factors, secrets of login providers and of webhooks;
// keys that sign receipts go on proving the old ones.
Result<Bytes, std::string> key_of_store(store::Sql& sql, const std::string& path, bool forget, UtcTime now);

}  // namespace utsyn::access
