//! Whatever the text: no token lost, formatting stable, its meaning kept.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let failures = hnet_testing::always::text_holds(text);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
});
