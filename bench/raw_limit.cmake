utsyn_bench(raw_limit USES utsyn_probe utsyn_wire_tls SMOKE 2000)
