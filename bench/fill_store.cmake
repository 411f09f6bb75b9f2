utsyn_bench(fill_store USES utsyn_footprint utsyn_score)
