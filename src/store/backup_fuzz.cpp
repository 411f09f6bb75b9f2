// The reader of backups: whatever the file holds, it is read to its end or refused, and what is accepted
// carries the hash of all that stands before it.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "base/hash.h"
#include "store/backup.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn;
  const ByteView given(data, size);
  // The hash is made right, so that what lies behind it is reached too.
  for (const bool mended : {false, true}) {
    Bytes bytes(given.begin(), given.end());
    if (mended) {
      const auto hash = sha256(bytes);
      bytes.insert(bytes.end(), hash.begin(), hash.end());
    }
    const int file = memfd_create("backup", MFD_CLOEXEC);
    if (file < 0 || write(file, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
      std::abort();
    const auto read = store::check_backup("/proc/self/fd/" + std::to_string(file));
    close(file);
    if (!read) continue;
    const auto covered = ByteView(bytes).first(bytes.size() - 32);
    if (read->sha256 != to_hex(sha256(covered)) || read->schema < 1 || read->rows < 0) std::abort();
  }
  return 0;
}
