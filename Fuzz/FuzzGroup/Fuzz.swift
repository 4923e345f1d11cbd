// Whatever a member signs: a live group follows it or refuses it, and then is what it was.

import SottoCrypto
import SottoWire

@testable import SottoMLS

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

private let stage = try? Stage()

/// Writes what to begin with into the folder that SOTTO_FUZZ_SEEDS names.
private let seedsAreWritten: Void = {
    guard let folder = getenv("SOTTO_FUZZ_SEEDS"), let seeds = try? stage?.seeds() else { return }
    for (number, seed) in seeds.enumerated() {
        guard let file = fopen("\(String(cString: folder))/seed-\(number)", "w") else { continue }
        fwrite(seed, 1, seed.count, file)
        fclose(file)
    }
}()

/// What the first byte asks for: a message as it is, or a body that the liar signs.
private func message(_ kind: UInt8, _ bytes: [UInt8], _ stage: Stage) -> [UInt8]? {
    switch kind % 5 {
    case 0: return bytes
    case 1: return (try? Proposal(wireBytes: bytes)).map { stage.publicMessage(.proposal($0)) }
    case 2: return (try? Commit(wireBytes: bytes)).map { stage.publicMessage(.commit($0)) }
    case 3: return stage.publicMessage(.application(bytes))
    default:
        return (try? Commit(wireBytes: bytes)).map {
            stage.publicMessage(.commit($0), from: .newMemberCommit)
        }
    }
}

/// Called by libFuzzer for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    _ = seedsAreWritten
    guard let stage else { preconditionFailure("the stage cannot be set") }
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard let kind = bytes.first,
        let said = message(kind, Array(bytes.dropFirst()), stage),
        let message = try? MLSMessage(encoded: said)
    else { return 0 }
    var victim = stage.victim
    do {
        _ = try victim.process(message, policy: Stage.policy)
    } catch {
        for key in [GroupRecordKey.epoch, .proposals] {
            precondition(
                victim.encoded(key) == stage.victim.encoded(key), "a refusal changed the group")
        }
    }
    return 0
}
