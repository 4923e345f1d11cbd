// What somebody who adds itself may commit (RFC 9420 section 12.2, second list).

extension SortedProposals {
    /// Checks the list of an external commit, beyond what goes for every list: one key exchange, at
    /// most one Remove, keys, and members that remove themselves, which alone it may refer to.
    static func checkExternal(_ proposals: [CommittedProposal]) throws(ProposalFault) {
        var exchanges = 0
        var removes = 0
        for entry in proposals {
            guard entry.reference == nil || entry.proposal == .selfRemove else {
                throw .referenceFromOutside
            }
            switch entry.proposal {
            case .externalInit: exchanges += 1
            case .remove: removes += 1
            default: continue
            }
        }
        guard exchanges == 1 else { throw .externalInitCount(exchanges) }
        guard removes <= 1 else { throw .removesOthers }
    }

    /// The leaf that who adds itself had before, and gives up.
    var formerLeaf: LeafIndex? {
        externalInit == nil ? nil : removes.first { !selfRemoves.contains($0) }
    }
}
