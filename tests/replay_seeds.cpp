// Replays a folder of seeds through a fuzzer's entry, so that what was once found stays fixed in ordinary
// tests.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  if (argc != 2 || !std::filesystem::is_directory(argv[1])) {
    std::fprintf(stderr, "no seeds: add some under %s\n", argc > 1 ? argv[1] : "tests/seeds/NAME");
    return 1;
  }
  LLVMFuzzerTestOneInput(nullptr, 0);
  int replayed = 0;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    std::vector<std::uint8_t> input(bytes.begin(), bytes.end());
    // Every truncation too: parsers of foreign bytes most often fail at the end of a field.
    const std::size_t step = input.size() / 512 + 1;
    for (std::size_t size = 0; size < input.size(); size += step) LLVMFuzzerTestOneInput(input.data(), size);
    LLVMFuzzerTestOneInput(input.data(), input.size());
    ++replayed;
  }
  std::printf("%d seeds replayed\n", replayed);
  return replayed >= 3 ? 0 : 1;  // fewer show too little of what is accepted
}
