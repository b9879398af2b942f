//! Whatever the source: findings or files, the same ones again and in any order, and what is written reads back.
#![no_main]

use hnet::{Input, Options};
use hnet_diagnostics::render;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let input = Input::one("network.hnet", text);
    let options = Options::default();
    let compilation = hnet::compile(input.clone(), &options);
    let failures = hnet_testing::always::compilation_holds(&input, &options, &compilation);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    for diagnostic in &compilation.diagnostics {
        let _ = render::human(diagnostic, &compilation.sources, false);
    }
});
