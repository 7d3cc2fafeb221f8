/*
 * device_rows — the types whose properties are asked for: what a definition can make of a device
 * depends on them. One that a program does not have is passed over.
 * https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html (device-list-properties)
 */
#pragma once

/* clang-format off */
#define CAPS_DEVICES(X) \
    /* disks and their controllers */ \
    X("virtio-blk-pci") \
    X("virtio-blk-ccw") \
    X("virtio-blk-device") \
    X("virtio-scsi-pci") \
    X("virtio-scsi-device") \
    X("scsi-hd") \
    X("scsi-cd") \
    X("scsi-block") \
    X("ide-hd") \
    X("ide-cd") \
    X("floppy") \
    X("isa-fdc") \
    X("usb-storage") \
    X("nvme") \
    X("ahci") \
    X("ich9-ahci") \
    X("piix3-ide") \
    X("lsi53c895a") \
    X("megasas") \
    X("mptsas1068") \
    X("pvscsi") \
    /* network */ \
    X("virtio-net-pci") \
    X("virtio-net-device") \
    X("e1000") \
    X("e1000e") \
    X("rtl8139") \
    X("vmxnet3") \
    X("igb") \
    X("usb-net") \
    /* buses */ \
    X("pcie-root-port") \
    X("pcie-pci-bridge") \
    X("pci-bridge") \
    X("pxb") \
    X("pxb-pcie") \
    X("ioh3420") \
    X("x3130-upstream") \
    X("xio3130-downstream") \
    X("i82801b11-bridge") \
    X("ich9-usb-ehci1") \
    X("piix3-usb-uhci") \
    X("usb-ehci") \
    X("nec-usb-xhci") \
    X("qemu-xhci") \
    X("usb-hub") \
    X("virtio-serial-pci") \
    X("virtio-serial-device") \
    /* lines, screens, input, sound */ \
    X("isa-serial") \
    X("isa-parallel") \
    X("pci-serial") \
    X("usb-serial") \
    X("virtserialport") \
    X("virtconsole") \
    X("VGA") \
    X("cirrus-vga") \
    X("qxl") \
    X("qxl-vga") \
    X("vmware-svga") \
    X("bochs-display") \
    X("ramfb") \
    X("virtio-vga") \
    X("virtio-vga-gl") \
    X("virtio-gpu-pci") \
    X("virtio-gpu-gl-pci") \
    X("usb-tablet") \
    X("usb-mouse") \
    X("usb-kbd") \
    X("virtio-keyboard-pci") \
    X("virtio-mouse-pci") \
    X("virtio-tablet-pci") \
    X("virtio-input-host-pci") \
    X("ich9-intel-hda") \
    X("hda-duplex") \
    /* the rest */ \
    X("virtio-balloon-pci") \
    X("virtio-balloon-device") \
    X("virtio-rng-pci") \
    X("virtio-rng-device") \
    X("virtio-9p-pci") \
    X("vhost-user-fs-pci") \
    X("vhost-vsock-pci") \
    X("virtio-iommu-pci") \
    X("virtio-mem-pci") \
    X("virtio-pmem-pci") \
    X("i6300esb") \
    X("ib700") \
    X("pvpanic") \
    X("pvpanic-pci") \
    X("tpm-tis") \
    X("tpm-crb") \
    X("vfio-pci") \
    X("usb-host") \
    X("usb-redir") \
    X("intel-iommu") \
    X("pc-dimm") \
    X("nvdimm") \
    X("vmgenid") \
    X("vmcoreinfo") \
    X("ICH9-LPC") \
    X("PIIX4_PM") \
    X("hpet") \
    X("mc146818rtc") \
    X("kvm-pit") \
    X("isa-pit")
/* clang-format on */
