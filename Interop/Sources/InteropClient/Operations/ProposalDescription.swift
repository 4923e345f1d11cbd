// Proposals as requests describe them, before they are anybody's.

import SottoCrypto
import SottoMLS

/// A proposal that is to be made: `ProposalDescription` of the interface.
enum ProposalDescription: Sendable {
    case add(KeyPackage)
    case remove(identity: [UInt8])
    case externalPSK(name: [UInt8])
    case resumptionPSK(epoch: UInt64)
    case groupContextExtensions(Extensions)
    case reInit(ReInit)

    init(_ fields: inout Fields) throws {
        let type = try fields.string("proposal_type")
        self =
            switch type {
            case "add": .add(try fields.keyPackage("key_package"))
            case "remove": .remove(identity: try fields.bytes("removed_id"))
            case "externalPSK": .externalPSK(name: try fields.bytes("psk_id"))
            case "resumptionPSK": .resumptionPSK(epoch: try fields.uint64("epoch_id"))
            case "groupContextExtensions": .groupContextExtensions(try fields.extensions())
            case "reinit": .reInit(try fields.reInit())
            default:
                throw RPCError(.invalidArgument, "There is no proposal_type \(type).")
            }
    }

    /// The proposal in a group with these members.
    ///
    /// - Parameter preSharedKeyID: Makes a use of a key unique.
    func proposal(
        among members: [Member], of group: GroupID,
        _ preSharedKeyID: (PreSharedKeyID.Key) -> PreSharedKeyID
    ) throws -> Proposal {
        switch self {
        case .add(let keyPackage): .add(keyPackage)
        case .remove(let identity): .remove(try members.leaf(of: identity))
        case .externalPSK(let name): .preSharedKey(preSharedKeyID(.external(id: name)))
        case .resumptionPSK(let epoch):
            .preSharedKey(
                preSharedKeyID(.resumption(usage: .application, group: group, epoch: epoch)))
        case .groupContextExtensions(let extensions): .groupContextExtensions(extensions)
        case .reInit(let reInit): .reInit(reInit)
        }
    }
}
